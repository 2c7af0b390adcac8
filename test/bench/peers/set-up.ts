// Makes the Python that the benches hold Eddy against, once for each list of requirements, and prints its interpreter.
//   npm run bench:peers
import { peerPython } from "./peer-python.ts";

console.log(await peerPython());
