import type { PointPayload } from "@eddy/contracts/collection";
import { renderTable, type TableOptions } from "@eddy/report/text-table";
import { decimal } from "./figures.ts";

/** A text in a table is looked at only this far, in UTF-16 units. */
const GLANCE = 300;

/** The title, and the text where it doesn't begin with it, as much as a table shows. */
export function glance({ title = "", text = "" }: Pick<PointPayload, "title" | "text">): string {
  const start = text.slice(0, GLANCE);
  const whole = title === "" || start.startsWith(title) ? start : `${title} — ${start}`;
  return whole.length > GLANCE || text.length > GLANCE ? `${whole.slice(0, GLANCE)}…` : whole;
}

const columns = [
  { title: "DOCUMENT", least: 36 },
  { title: "CLUSTER" },
  { title: "DISTANCE", align: "right" },
  { title: "SOURCE", least: 8 },
  { title: "LABEL", least: 8 },
  { title: "PUBLISHED" },
  { title: "TEXT", least: 20 },
] as const;

/** What a table shows of a document. */
type Row = Pick<
  PointPayload,
  "document_id" | "cluster_id" | "distance" | "source" | "label" | "published_at" | "title" | "text"
>;

/** Documents, one a line; columns that none of them fills are left out. */
export function documentTable(documents: readonly Row[], options: TableOptions): string {
  const rows = documents.map((found) => [
    found.document_id,
    found.cluster_id ?? "",
    decimal(found.distance),
    found.source ?? "",
    found.label ?? "",
    found.published_at?.slice(0, 10) ?? "",
    glance(found),
  ]);
  return renderTable(columns, rows, options);
}
