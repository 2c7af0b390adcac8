/** The beginning of a file as text, unpacked where it is gzipped. */
export async function beginOf(file: Blob, gzipped: boolean, characters = 65_536): Promise<string> {
  const bytes = gzipped
    ? file.stream().pipeThrough(new DecompressionStream("gzip"))
    : file.slice(0, characters).stream();
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < characters) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  return text;
}
