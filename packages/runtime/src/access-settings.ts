import { z } from "zod";
import { setting } from "./config.ts";
import { bool, integer, list } from "./setting-values.ts";

const file = z.string().min(1).optional();

/** Of every server that people's data can be had from. */
export const serverSettings = {
  tlsCertFile: setting(file, {
    env: "EDDY_TLS_CERT_FILE",
    example: "/etc/eddy/tls.crt",
    description:
      "Certificate (with those that signed it) of the HTTP API and the embedded Qdrant server, as PEM: they speak HTTPS then. Read again when it changes.",
  }),
  tlsKeyFile: setting(file, {
    env: "EDDY_TLS_KEY_FILE",
    example: "/etc/eddy/tls.key",
    description: "Its key, as PEM.",
  }),
  insecure: setting(bool(), {
    env: "EDDY_INSECURE",
    default: "false",
    description: "Lets servers without keys listen beyond this machine.",
    choose: "Only where a proxy asks who people are, or a network keeps strangers away.",
  }),
} as const;

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'expected an origin such as "https://a.example"',
  );

/** Who may use the HTTP API. */
export const accessSettings = {
  ...serverSettings,
  apiKeysFile: setting(file, {
    env: "EDDY_API_KEYS_FILE",
    example: "/etc/eddy/api-keys",
    description:
      "File of keys, made by `eddy keys create`, one of which every request to the HTTP API must bring then. Read again when it changes.",
  }),
  httpNames: setting(list(z.string().min(1).toLowerCase()).prefault(""), {
    env: "EDDY_HTTP_NAMES",
    example: "eddy.example.com",
    description:
      "Without keys: the names, with commas, that people call the HTTP API by. Addresses, and names that are no internet name, need not be listed; others are refused, since a web page could have chosen them.",
  }),
  corsOrigins: setting(list(origin).prefault(""), {
    env: "EDDY_CORS_ORIGINS",
    example: "https://dashboard.example.com",
    description: "Origins, with commas, whose web pages may call the HTTP API from a browser (CORS); none by default.",
  }),
  rateLimit: setting(integer(0, 1_000_000), {
    env: "EDDY_RATE_LIMIT",
    default: "0",
    unit: "requests/s",
    description: "Requests a second that one key (without keys: one address) may make; more get 429. 0 = any number.",
  }),
} as const;
