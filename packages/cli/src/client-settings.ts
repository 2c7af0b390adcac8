import { setting } from "@eddy/runtime/config";
import { bool, integer } from "@eddy/runtime/setting-values";
import { z } from "zod";

const apiUrl = z
  .url({ protocol: /^https?$/, error: "expected a URL such as http://127.0.0.1:7400" })
  .refine((url) => !/^https?:\/\/[^/]*@/.test(url), "must not hold a password")
  .transform((url) => url.replace(/[?#].*$/, "").replace(/\/+$/, ""));

/** Of every command that talks to Eddy. */
export const apiSettings = {
  url: setting(apiUrl, {
    env: "EDDY_URL",
    flag: "--url <url>",
    default: "http://127.0.0.1:7400",
    description: "Where Eddy's HTTP API is.",
  }),
  // A header can't hold anything else, and what can't be sent must not be quoted.
  apiKey: setting(
    z
      .string()
      .regex(/^[\x21-\x7e]+$/, "expected a key, without spaces")
      .optional(),
    {
      env: "EDDY_API_KEY",
      fileFlag: "--api-key-file <file>",
      secret: true,
      description: "Key to bring, where Eddy asks for one (`eddy keys create`).",
    },
  ),
} as const;

/** Of every command that asks for something. */
export const querySettings = {
  ...apiSettings,
  json: setting(bool(), {
    env: "EDDY_JSON",
    flag: "--json",
    default: "false",
    description: "JSON for programs instead of a table for people.",
  }),
} as const;

/** A filter or a name: free text that must not be empty. */
export const textSetting = (env: string, flag: string, description: string, example?: string) =>
  setting(z.string().min(1).optional(), { env, flag, description, example });

export const limitSetting = (env: string, preset: number, most: number, description: string) =>
  setting(integer(1, most), { env, flag: "--limit <n>", default: String(preset), description });
