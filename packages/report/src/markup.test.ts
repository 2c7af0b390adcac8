import { expect, it } from "vitest";
import { escapeMarkup, markup } from "./markup.ts";

it("escapes what is put in, and markup not again", () => {
  const inner = markup`<b title="${"\"'"}">${"<&>"}</b>`;
  expect(markup`<p>${inner}${[1, " ", inner]}${undefined}</p>`.text).toBe(
    '<p><b title="&quot;&#39;">&lt;&amp;&gt;</b>1 <b title="&quot;&#39;">&lt;&amp;&gt;</b></p>',
  );
});

it("leaves out what XML does not know", () => {
  expect(escapeMarkup("a\u0000\u001b\ud800b\tc")).toBe("a\ufffdb\tc");
});
