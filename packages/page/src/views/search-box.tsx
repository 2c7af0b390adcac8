import { selection } from "../state/attention.ts";
import { go, hrefOf, route } from "../state/route.ts";
import { type SearchKind, searchKind, searchKinds, searchText } from "../state/search.ts";

const WORDS: Readonly<Record<SearchKind, { readonly name: string; readonly hint: string }>> = {
  meaning: { name: "By meaning", hint: "Find documents like this text" },
  word: { name: "By word", hint: "Find documents that hold these words" },
  classify: { name: "Which cluster?", hint: "Type a text: which cluster is it?" },
};

export function SearchBox() {
  const kind = searchKind.value;
  const leave = () => {
    selection.value = [];
    if (route.peek().document ?? route.peek().cluster) go(hrefOf.view("map"));
  };
  return (
    <search class="search">
      <div class="segments" role="radiogroup" aria-label="How to search">
        {searchKinds.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="search-kind"
              checked={kind === each}
              onChange={() => {
                searchKind.value = each;
                leave();
              }}
            />
            <span>{WORDS[each].name}</span>
          </label>
        ))}
      </div>
      <input
        type="search"
        aria-label={WORDS[kind].hint}
        placeholder={WORDS[kind].hint}
        value={searchText.value}
        spellcheck={false}
        onInput={({ currentTarget }) => {
          searchText.value = currentTarget.value;
          leave();
        }}
      />
    </search>
  );
}
