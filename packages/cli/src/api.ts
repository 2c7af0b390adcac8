import { FatalError, RetryableError } from "@eddy/contracts/errors";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** Seconds, where the answer says when to come back. */
  readonly retryAfter: number | undefined;
  /** The parsed body; undefined where it is no JSON. */
  readonly body: unknown;
}

/** Eddy's HTTP API. Every wait is bounded by Node's fetch: five minutes for an answer to begin, and between two pieces of it. */
export interface Api {
  readonly url: string;
  /** Any answer. Throws RetryableError API_UNAVAILABLE where there is none. */
  request(path: string, request?: ApiRequest): Promise<ApiAnswer>;
  /** The body of a good answer. Throws what `refusal` makes of any other. */
  json<T>(path: string, request?: ApiRequest): Promise<T>;
  /** The bytes of a good answer, as they come. Throws API_UNAVAILABLE where they break off. */
  stream(path: string, request?: ApiRequest): AsyncGenerator<Uint8Array>;
}

export interface ApiAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly apiKey?: string | undefined;
}

export function createApi({ url, apiKey }: ApiAddress): Api {
  const key = apiKey === undefined ? undefined : { authorization: `Bearer ${apiKey}` };
  async function open(
    path: string,
    { method = "GET", query = {}, body, contentType = "application/json" }: ApiRequest,
  ) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
    const search = parameters.size > 0 ? `?${parameters}` : "";
    try {
      return await fetch(`${url}${path}${search}`, {
        method,
        headers: { ...key, ...(body !== undefined && { "content-type": contentType }) },
        ...(body !== undefined && { body }),
      });
    } catch (error) {
      throw unavailable(url, error);
    }
  }

  async function read(response: Response): Promise<ApiAnswer> {
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw unavailable(url, error);
    }
    return {
      status: response.status,
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
      body: parse(text),
    };
  }

  const api: Api = {
    url,
    request: async (path, request = {}) => read(await open(path, request)),
    async json<T>(path: string, request: ApiRequest = {}) {
      const answer = await api.request(path, request);
      if (answer.status >= 400 || answer.body === undefined) throw refusal(url, answer);
      return answer.body as T;
    },
    async *stream(path, request = {}) {
      const response = await open(path, request);
      if (!response.ok) throw refusal(url, await read(response));
      try {
        for await (const chunk of response.body ?? []) yield chunk as Uint8Array;
      } catch (error) {
        throw new RetryableError("API_UNAVAILABLE", `the answer of Eddy at ${url} broke off`, { cause: error });
      }
    },
  };
  return api;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The `error` of an answer's body, where it has one. */
export function errorOf(body: unknown): { readonly code: string; readonly message: string } | undefined {
  const { error } = (body ?? {}) as { error?: { code?: unknown; message?: unknown } };
  return typeof error?.message === "string" ? { code: String(error.code), message: error.message } : undefined;
}

/** What an answer that is not good means to a person. */
export function refusal(url: string, { status, body }: ApiAnswer): FatalError | RetryableError {
  const error = errorOf(body);
  if (error === undefined) {
    const what = status >= 400 ? `${status}` : "something else";
    return new FatalError("API_REFUSED", `${url} answered ${what}, not as Eddy does: is --url (EDDY_URL) right?`);
  }
  if (error.code === "UNAUTHORIZED")
    return new FatalError("API_REFUSED", `Eddy at ${url}: ${error.message}; ${WHERE_KEYS}`);
  if (status === 507) return new FatalError("DISK_FULL", error.message);
  if (status >= 500 || status === 429) return new RetryableError("API_UNAVAILABLE", `Eddy at ${url}: ${error.message}`);
  return new FatalError("API_REFUSED", error.message);
}

const WHERE_KEYS =
  "EDDY_API_KEY holds it, or a file that --api-key-file names; `eddy keys create` makes one, where Eddy runs";

/** Node's names for a certificate whose signer it does not know. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT\w*))$/;

function unavailable(url: string, error: unknown): RetryableError {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code !== undefined && UNTRUSTED.test(code)) {
    const remedy = "NODE_EXTRA_CA_CERTS=FILE names the certificate (PEM) of who signed it";
    const message = `the certificate of ${url} is from nobody that this machine trusts (${code}): ${remedy}`;
    return new RetryableError("API_UNAVAILABLE", message, { cause: error });
  }
  const text =
    code === "ECONNREFUSED"
      ? `no Eddy at ${url}: start one with \`npx eddy up\``
      : `Eddy at ${url} doesn't answer (${code ?? message})`;
  return new RetryableError("API_UNAVAILABLE", text, { cause: error });
}
