// A picture with at most 256 colours, as base64: those stay, every other becomes the nearest of them.
async (source) => {
  const image = new Image();
  image.src = `data:image/png;base64,${source}`;
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const byCount = [...counts].sort((one, other) => other[1] - one[1]).map(([colour]) => colour);
  const common = byCount.slice(0, 128);
  // Half of the places are for what is most of the picture, half for hues that are rare: a badge's text keeps its own.
  const shade = (colour) => colour & 0xf0f0f0;
  const shades = new Set(common.map(shade));
  for (const colour of byCount) {
    if (common.length === 256) break;
    if (!shades.has(shade(colour))) { shades.add(shade(colour)); common.push(colour); }
  }
  const places = new Map(common.map((colour, place) => [colour, place]));
  const far = (one, other) => [0, 8, 16].reduce((sum, bit) => sum + (((one >> bit) & 255) - ((other >> bit) & 255)) ** 2, 0);
  const nearest = (colour) => common.reduce((best, each, place) => (far(each, colour) < far(common[best], colour) ? place : best), 0);
  for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(colour));

  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + x + 1] = places.get(pixels[y * width + x]);
  const stream = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());

  const table = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  const crc = (bytes) => (bytes.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const word = (number) => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
  const chunk = (name, bytes) => {
    const body = new Uint8Array(4 + bytes.length);
    body.set(new TextEncoder().encode(name)); body.set(bytes, 4);
    return [new Uint8Array(word(bytes.length)), body, new Uint8Array(word(crc(body)))];
  };
  const palette = new Uint8Array(common.flatMap((colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255]));
  const file = new Blob([
    new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
    ...chunk("IHDR", new Uint8Array([...word(width), ...word(height), 8, 3, 0, 0, 0])),
    ...chunk("PLTE", palette), ...chunk("IDAT", content), ...chunk("IEND", new Uint8Array()),
  ]);
  const reader = new FileReader();
  return new Promise((resolve) => { reader.onload = () => resolve(reader.result.split(",")[1]); reader.readAsDataURL(file); });
}
