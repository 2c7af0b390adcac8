// The Python that the benches hold Eddy against: made once for each list of requirements, in the user's cache.
import { fileURLToPath } from "node:url";
import { loadFromTests } from "../load.mjs";

/** PyTorch's wheel for Linux brings CUDA's libraries: gigabytes. */
const INSTALL_MS = 1_800_000;

/** The path of its interpreter. */
export async function peerPython() {
  const loaded = await loadFromTests("peers/python-environment.ts");
  try {
    const [{ pythonEnvironment }] = loaded.modules;
    return await pythonEnvironment(
      "bench-peers",
      fileURLToPath(new URL("requirements.txt", import.meta.url)),
      INSTALL_MS,
    );
  } finally {
    await loaded.close();
  }
}
