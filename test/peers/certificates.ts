/** Certificates for tests, made by the openssl command: an authority, and what it signs. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const KEY = ["-newkey", "rsa:2048", "-nodes"];
const DAYS = ["-days", "2"];

export interface Certificate {
  readonly cert: string;
  /** PKCS #8. */
  readonly key: string;
}

export interface Authority extends Certificate {
  /** One for 127.0.0.1 and localhost. */
  issue(name: string): Promise<Certificate>;
}

/** `dir` keeps the files. */
export async function createAuthority(dir: string, name: string): Promise<Authority> {
  const file = (what: string) => join(dir, `${name}-${what}.pem`);
  const [keyFile, certFile] = [file("key"), file("cert")];
  await run("openssl", ["req", "-x509", ...KEY, ...DAYS, "-subj", `/CN=${name}`, "-keyout", keyFile, "-out", certFile]);
  const read = async (path: string) => readFile(path, "utf8");
  return {
    cert: await read(certFile),
    key: await read(keyFile),
    async issue(subject) {
      const [key, request, cert, extensions] = [
        file(`${subject}-key`),
        file(`${subject}-request`),
        file(subject),
        file("ext"),
      ];
      await writeFile(extensions, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
      await run("openssl", ["req", "-new", ...KEY, "-subj", `/CN=${subject}`, "-keyout", key, "-out", request]);
      const signed = ["-CA", certFile, "-CAkey", keyFile, "-CAcreateserial", "-extfile", extensions];
      await run("openssl", ["x509", "-req", "-in", request, ...signed, ...DAYS, "-out", cert]);
      return { cert: await read(cert), key: await read(key) };
    },
  };
}
