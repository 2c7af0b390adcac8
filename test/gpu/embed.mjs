// Embeds on a device, in a process of its own: the Vulkan loader reads its environment at the start of one.
//   node test/gpu/embed.mjs DEVICE DTYPE SOURCE < TEXTS.json > VECTORS.json
import { text } from "node:stream/consumers";
import { createEmbedder } from "@eddy/embedding/create-embedder";

const [device, dtype, source] = process.argv.slice(2);
const texts = JSON.parse(await text(process.stdin));
const embedder = await createEmbedder({ device, dtype, source });
const vectors = (await embedder.embed(texts)).map(({ vector }) => [...vector]);
process.stdout.write(JSON.stringify({ device: embedder.info.device, vectors }));
await embedder.close();
