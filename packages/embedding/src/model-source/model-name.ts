export const DEFAULT_MODEL = "Xenova/all-MiniLM-L6-v2";

/**
 * The name on the hub of the ONNX copy. A bare name and one of sentence-transformers mean the copy of Xenova, which has
 * the int8 file too; other owners keep their name.
 */
export function hubName(model: string): string {
  const [owner, name] = model.includes("/") ? model.split("/") : ["", model];
  return owner === "" || owner === "sentence-transformers" ? `Xenova/${name}` : model;
}

/** As a folder's name. */
export function folderName(model: string): string {
  return model.replaceAll("/", "--").replace(/[^\w.-]/g, "_");
}
