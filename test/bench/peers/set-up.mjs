// Makes the Python that the benches hold Eddy against, and prints its interpreter.
//   npm run bench:peers
import { peerPython } from "./peer-python.mjs";

console.log(await peerPython());
