/** SVG to PNG. The font comes with us, so that a machine without fonts draws the same picture. */
import { createRequire } from "node:module";
import { crc32 } from "node:zlib";

const require = createRequire(import.meta.url);
const FONTS = [
  require.resolve("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf"),
  require.resolve("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf"),
];
const PIXELS_PER_INCH = 96;

/** At 300 dots an inch 3.5 inches are 1,050 dots; the file says so. */
export async function svgToPng(svg: string, dotsPerInch: number): Promise<Uint8Array> {
  // Native code that no other command should load.
  const { renderAsync } = await import("@resvg/resvg-js");
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS,
      defaultFontFamily: "Inter",
      sansSerifFamily: "Inter",
    },
    fitTo: { mode: "zoom", value: dotsPerInch / PIXELS_PER_INCH },
    background: "#ffffff",
  });
  return withResolution(image.asPng(), dotsPerInch);
}

/** Adds the chunk pHYs (PNG specification, 11.3.4.3) after the header, which is always 33 bytes with the signature. */
function withResolution(png: Uint8Array, dotsPerInch: number): Uint8Array {
  const chunk = Buffer.alloc(21);
  const dotsPerMetre = Math.round(dotsPerInch / 0.0254);
  chunk.writeUInt32BE(9, 0);
  chunk.write("pHYs", 4, "latin1");
  chunk.writeUInt32BE(dotsPerMetre, 8);
  chunk.writeUInt32BE(dotsPerMetre, 12);
  chunk[16] = 1;
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}
