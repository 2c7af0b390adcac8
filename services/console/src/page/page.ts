import { siteFolder } from "@eddy/page/site";
import { HttpFault } from "@eddy/runtime/http-fault";
import type { HttpApp, HttpReply, HttpRequest } from "@eddy/runtime/http-server";
import { codings, readSite, type SiteFile } from "./site.ts";

/** Nothing but the page's own files runs or is asked, and nobody puts the page into a frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** What the build names by its content never changes. */
const FOREVER = "public, max-age=31536000, immutable";

/** `GET /` and the files of the page, which hold no data: they ask the API for it. */
export function registerPage(app: HttpApp, folder = siteFolder): void {
  const files = readSite(folder);
  for (const file of files) {
    const isIndex = file.path === "/index.html";
    app.get(isIndex ? "/" : file.path, async (request, reply) => {
      if (isIndex) reply.header("content-security-policy", policy).header("cache-control", "no-cache");
      else reply.header("cache-control", FOREVER);
      return sendFile(file, request, reply);
    });
  }
  if (files.length > 0) return;
  app.get("/", async () => {
    throw new HttpFault("NOT_FOUND", "the page was not built: run npm run build, and start Eddy again");
  });
}

function sendFile({ type, bytes, packed }: SiteFile, { headers }: HttpRequest, reply: HttpReply): HttpReply {
  const accepted = (headers["accept-encoding"] ?? "").split(",").map((coding) => coding.trim());
  const coding = codings.find((known) => packed[known] && accepted.includes(known));
  if (coding) reply.header("content-encoding", coding);
  return reply
    .header("content-type", type)
    .header("vary", "accept-encoding")
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer")
    .send(coding ? packed[coding] : bytes);
}
