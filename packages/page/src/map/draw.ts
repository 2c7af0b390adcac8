/**
 * The points of the map in WebGL: one draw call for all of them, in one program.
 *
 * 1. What changes with the points or their look goes to the card when it changes; a frame sends uniforms only.
 * 2. `draw` says whether it wants another frame (something still moves); nothing is drawn while all rests.
 * 3. A lost context is made anew from what was last given.
 */
import type { Camera, Size } from "./camera.ts";
import type { Look } from "./look.ts";
import type { Points } from "./points.ts";

const VERTEX = `
attribute vec2 from;
attribute vec2 to;
attribute vec4 colour;
attribute vec2 mark;
attribute float born;
uniform vec2 centre;
uniform vec2 scale;
uniform float size;
uniform float moved;
uniform float now;
varying vec4 ink;
varying float shape;
varying float emphasis;
varying float fresh;
varying float pixels;
void main() {
  vec2 place = (mix(from, to, moved) - centre) * scale;
  fresh = born > 0.0 ? clamp(1.0 - (now - born) / 1.8, 0.0, 1.0) : 0.0;
  emphasis = mark.y;
  float grown = emphasis > 2.5 ? 2.6 : emphasis > 1.5 ? 1.7 : 1.0;
  pixels = size * grown * (1.0 + 2.4 * fresh);
  gl_PointSize = pixels;
  gl_Position = vec4(place, 0.0, 1.0);
  ink = colour;
  shape = mark.x;
}`;

const FRAGMENT = `
precision mediump float;
uniform vec3 rim;
varying vec4 ink;
varying float shape;
varying float emphasis;
varying float fresh;
varying float pixels;
float edge(vec2 p) {
  if (shape < 0.5) return length(p);
  if (shape < 1.5) return max(abs(p.x), abs(p.y)) * 1.15;
  if (shape < 2.5) return max(abs(p.x) * 1.25 + p.y * 0.62, -p.y) * 1.12 + 0.06;
  return abs(p.x) + abs(p.y);
}
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  p.y = -p.y;
  float soft = 2.6 / pixels;
  float body = 1.0 / (1.0 + 2.4 * fresh);
  float d = edge(p);
  float fill = 1.0 - smoothstep(body - soft, body, d);
  float ring = fresh * 0.8 * ink.a * (1.0 - smoothstep(1.0 - soft, 1.0, d)) * smoothstep(1.0 - 3.0 * soft, 1.0 - 2.0 * soft, d);
  vec3 colour = ink.rgb;
  if (emphasis > 1.5) {
    float width = emphasis > 2.5 ? 3.2 : 2.0;
    colour = mix(colour, rim, smoothstep(1.0 - width * soft, 1.0 - (width - 0.8) * soft, d));
  }
  float alpha = max(fill * ink.a, ring);
  gl_FragColor = vec4(colour * alpha, alpha);
}`;

const MORPH_MS = 900;
const FRESH_MS = 1_800;

export interface Drawing {
  readonly camera: Camera;
  readonly size: Size;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** Milliseconds, on the clock of `bornAt`. */
  readonly now: number;
  /** 0 to 1 each: of the rim of what is chosen. */
  readonly rim: readonly [number, number, number];
  /** A person asked for less motion: nothing moves or glows. */
  readonly still: boolean;
}

export interface PointsLayer {
  /** Points that were there in another layout go over to the new one. */
  points(points: Points, now: number): void;
  look(look: Look): void;
  /** true: something moves still, so another frame is wanted. */
  draw(drawing: Drawing): boolean;
  close(): void;
}

/** undefined where the browser has no WebGL. */
export function createPointsLayer(canvas: HTMLCanvasElement, redraw: () => void): PointsLayer | undefined {
  // The shader softens the edges by itself.
  const gl = canvas.getContext("webgl", { antialias: false, alpha: true, premultipliedAlpha: true });
  if (!gl) return undefined;
  let program = build(gl);
  let shown: Points | undefined;
  let from = { x: new Float32Array(), y: new Float32Array() };
  let lastLook: Look | undefined;
  let movedAt = -MORPH_MS;
  let newest = -FRESH_MS;
  /** Floats of the card count seconds from here, or they would be too coarse. */
  let epoch = 0;

  const onLost = (event: Event) => event.preventDefault();
  const onRestored = () => {
    program = build(gl);
    upload();
    if (lastLook) uploadLook(lastLook);
    redraw();
  };
  canvas.addEventListener("webglcontextlost", onLost);
  canvas.addEventListener("webglcontextrestored", onRestored);

  function upload(): void {
    if (!shown) return;
    const { x, y, bornAt } = shown;
    program.fill("to", pairs(x, y));
    program.fill("from", pairs(from.x, from.y));
    program.fill(
      "born",
      Float32Array.from(bornAt, (ms) => (ms === 0 ? 0 : (ms - epoch) / 1_000 + 1)),
    );
  }

  function uploadLook({ colours, marks }: Look): void {
    program.fill("colour", colours);
    program.fill("mark", marks);
  }

  return {
    points(points, now) {
      const before = shown;
      const morphs = before !== undefined && before.layout !== points.layout && before.ids.length > 0;
      const start = { x: points.x.slice(), y: points.y.slice() };
      const origin = morphs ? before : from;
      for (const [row, id] of points.ids.entries()) {
        const was = before?.row.get(id);
        if (was === undefined) continue;
        start.x[row] = origin.x[was]!;
        start.y[row] = origin.y[was]!;
      }
      from = start;
      if (morphs) movedAt = now;
      epoch ||= now;
      newest = points.bornAt.reduce((most, ms) => Math.max(most, ms), newest);
      shown = points;
      upload();
    },
    look(look) {
      lastLook = look;
      uploadLook(look);
    },
    draw({ camera, size, ratio, now, rim, still }) {
      const width = Math.round(size.width * ratio);
      const height = Math.round(size.height * ratio);
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      if (gl.isContextLost() || !shown || !lastLook) return false;
      const count = shown.ids.length;
      const moved = still ? 1 : ease(Math.min(1, (now - movedAt) / MORPH_MS));
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (count === 0 || lastLook.marks.length !== count * 2) return false;
      program.use();
      program.set("centre", [camera.x, camera.y]);
      program.set("scale", [(2 * camera.scale) / size.width, (2 * camera.scale) / size.height]);
      program.set("size", [pointSize(count, camera, size) * ratio]);
      program.set("moved", [moved]);
      program.set("now", [still ? 1e6 : (now - epoch) / 1_000 + 1]);
      program.set("rim", rim);
      gl.drawArrays(gl.POINTS, 0, count);
      return !still && (moved < 1 || now - newest < FRESH_MS);
    },
    close() {
      canvas.removeEventListener("webglcontextlost", onLost);
      canvas.removeEventListener("webglcontextrestored", onRestored);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

/** CSS pixels across: smaller where there are many, larger from near. */
export function pointSize(count: number, camera: Camera, size: Size): number {
  const zoom = camera.scale / (Math.max(1, Math.min(size.width, size.height)) / 2);
  const base = Math.min(7, Math.max(3, 230 / Math.sqrt(count)));
  return Math.min(16, base * Math.max(1, zoom) ** 0.45);
}

const ease = (t: number) => 1 - (1 - t) ** 3;

function pairs(x: Float32Array, y: Float32Array): Float32Array {
  const both = new Float32Array(x.length * 2);
  for (let row = 0; row < x.length; row++) {
    both[row * 2] = x[row]!;
    both[row * 2 + 1] = y[row]!;
  }
  return both;
}

const ATTRIBUTES = {
  from: { width: 2, bytes: false, normal: false },
  to: { width: 2, bytes: false, normal: false },
  colour: { width: 4, bytes: true, normal: true },
  mark: { width: 2, bytes: true, normal: false },
  born: { width: 1, bytes: false, normal: false },
} as const;

type Attribute = keyof typeof ATTRIBUTES;

function build(gl: WebGLRenderingContext) {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.isContextLost() && !gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`the map's shaders don't link: ${gl.getProgramInfoLog(program)}`);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const buffers = new Map<Attribute, WebGLBuffer>();
  for (const name of Object.keys(ATTRIBUTES) as Attribute[]) buffers.set(name, gl.createBuffer());

  return {
    fill(name: Attribute, data: Float32Array | Uint8Array) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(name)!);
      gl.bufferData(gl.ARRAY_BUFFER, data as Float32Array<ArrayBuffer>, gl.DYNAMIC_DRAW);
    },
    use() {
      gl.useProgram(program);
      for (const [name, buffer] of buffers) {
        const place = gl.getAttribLocation(program, name);
        const { width, bytes, normal } = ATTRIBUTES[name];
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, width, bytes ? gl.UNSIGNED_BYTE : gl.FLOAT, normal, 0, 0);
      }
    },
    set(name: string, values: readonly number[]) {
      const place = gl.getUniformLocation(program, name);
      if (values.length === 1) gl.uniform1f(place, values[0]!);
      else if (values.length === 2) gl.uniform2f(place, values[0]!, values[1]!);
      else gl.uniform3f(place, values[0]!, values[1]!, values[2]!);
    },
  };
}
