/**
 * What a key of the HTTP API lets its holder do; a key has one or more of them. `read`: whatever only tells. `publish`: add and
 * delete documents. `admin`: everything, also what changes the pipeline (names, replays).
 */
export const apiScopes = ["read", "publish", "admin"] as const;

export type ApiScope = (typeof apiScopes)[number];
