import { setting } from "@eddy/runtime/config";
import { z } from "zod";

// Whoever is told where Qdrant is (faults, the banner) would be told a password in it; and fetch takes none.
const address = z.url().refine((text) => !/^\w+:\/\/[^/]*@/.test(text), "must not hold a password: use QDRANT_API_KEY");

const url = { env: "QDRANT_URL", flag: "--qdrant <url>", example: "http://qdrant:6333" } as const;

/** How a Qdrant is reached; without a URL: the embedded store. */
export const storeSettings = {
  qdrant: setting(address.optional(), {
    ...url,
    description: "A real Qdrant to use instead of the embedded store.",
  }),
  qdrantApiKey: setting(z.string().min(1).optional(), {
    env: "QDRANT_API_KEY",
    secret: true,
    description: "Its API key; also asked for by the embedded server where it is set.",
  }),
} as const;

/** The same for a process of a fleet, which has no embedded store. */
export const fleetStoreSettings = {
  ...storeSettings,
  qdrant: setting(address, { ...url, description: "The Qdrant." }),
} as const;
