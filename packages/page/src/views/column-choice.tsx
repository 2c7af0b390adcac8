import { type Columns, type Field, fields, type TableHeader } from "../publish/table-header.ts";

const NAMES: Readonly<Record<Field, string>> = {
  text: "Text",
  title: "Title",
  id: "Id",
  label: "Label",
  source: "Source",
  published_at: "Published at",
};
const EXAMPLE = 60;

/** Which column of a table holds what. */
export function ColumnChoice({
  header,
  columns,
  change,
}: {
  header: TableHeader;
  columns: Columns;
  change: (columns: Columns) => void;
}) {
  const example = (name: string | undefined) => {
    const cell = name === undefined ? undefined : header.examples[0]?.[header.names.indexOf(name)];
    return cell === undefined ? "" : cell.length > EXAMPLE ? `${cell.slice(0, EXAMPLE)}…` : cell;
  };
  return (
    <fieldset class="columns">
      <legend>Which column holds what? The others are kept as metadata.</legend>
      {fields.map((field) => (
        <label key={field}>
          <span>
            {NAMES[field]}
            {field === "text" && columns.text === undefined && <b class="bad"> must be chosen</b>}
          </span>
          <select
            value={columns[field] ?? ""}
            onChange={({ currentTarget }) => change({ ...columns, [field]: currentTarget.value || undefined })}
          >
            <option value="">{field === "text" ? "Choose a column" : "None"}</option>
            {header.names.map((name) => (
              <option key={name} value={name} selected={columns[field] === name}>
                {name}
              </option>
            ))}
          </select>
          <small class="soft">{example(columns[field])}</small>
        </label>
      ))}
    </fieldset>
  );
}
