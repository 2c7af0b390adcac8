import type { PointView } from "@eddy/contracts/api/point";
import type { Search } from "@eddy/contracts/api/search";
import { withQuery } from "../api/request.ts";
import { useAnswer } from "../api/use-answer.ts";
import { DocumentList } from "../parts/document-list.tsx";

const SHOWN = 6;
/** The address of a question has a bound, and the model reads no more than the beginning. */
const CHARACTERS = 1_000;
const EVERY_MS = 60_000;

/** The documents nearest by meaning; nothing where search is not served. */
export function SimilarDocuments({ document }: { document: PointView }) {
  const { document_id, title, text } = document;
  const question = [title, text].filter(Boolean).join("\n").slice(0, CHARACTERS).toWellFormed();
  const path = question === "" ? undefined : withQuery("/v1/search", { q: question, by: "meaning", limit: SHOWN + 1 });
  const { data } = useAnswer<Search>(path, EVERY_MS);
  const others = (data?.documents ?? []).filter((other) => other.document_id !== document_id).slice(0, SHOWN);
  if (others.length === 0) return null;
  return (
    <>
      <h3>Similar</h3>
      <DocumentList
        documents={others}
        note={({ document_id: id }) => others.find((other) => other.document_id === id)?.score?.toFixed(2)}
      />
    </>
  );
}
