// A scatter of many points by WebGL 2: positions are pairs of 16-bit numbers in a unit square, colours places in a palette. Calls of the page: Picked(i),
// Lassoed([x, y, ...]), InView([i, ...]) -> sheet of pictures, Preview(i) -> { words, address }.
const vertex = `#version 300 es
in vec2 place; in float kind; in float chosen; uniform vec4 view; uniform float size, dim; uniform sampler2D palette; out vec4 colour;
void main() { gl_Position = vec4(place * view.xy + view.zw, 0., 1.); gl_PointSize = size; vec4 c = texelFetch(palette, ivec2(int(kind * 255. + .5), 0), 0);
float a = c.a * (chosen > 0. ? 1. : dim); colour = vec4(c.rgb * a, a); }`;
const fragment = `#version 300 es
precision highp float; in vec4 colour; uniform float size; out vec4 o;
void main() { if (size > 3. && length(gl_PointCoord - .5) > .5) discard; o = colour; }`;

export function create(host, page) {
  const [under, canvas, over] = host.querySelectorAll('canvas'), tip = host.querySelector('.map-tip');
  const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true });
  if (!gl) return null;
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text); gl.compileShader(shader); gl.attachShader(program, shader);
  }
  gl.linkProgram(program); gl.useProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  const uniforms = Object.fromEntries(['view', 'size', 'dim'].map(name => [name, gl.getUniformLocation(program, name)])), buffers = {};
  const attribute = (name, size, type, data) => {
    const place = gl.getAttribLocation(program, name);
    buffers[name] ??= gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]); gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place); gl.vertexAttribPointer(place, size, type, true, 0, 0);
  };
  // Points in a random order, the same each time: the first of them are a sample.
  const order = () => {
    const places = Uint32Array.from({ length: state.count }, (_, i) => i);
    for (let i = state.count - 1, seed = 1; i > 0; i--) {
      seed = seed * 48271 % 2147483647;
      const j = seed % (i + 1), kept = places[i];
      places[i] = places[j]; places[j] = kept;
    }
    buffers.order ??= gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order); gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, places, gl.STATIC_DRAW);
  };
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
  gl.enable(gl.BLEND); gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

  const stop = new AbortController(), state = { x: new Uint16Array(0), count: 0, zoom: 1, cx: .5, cy: .5, tool: 'pan', dim: 1, names: [], marks: [], path: [], classes: null };
  let kinds = new Uint8Array(0), sheet = null, density = null, lasso = null, hover = -1, drawn = 0, waiting = false, settle = 0, previewed = 0;
  // While the view moves, as many points at random are drawn as make thirty frames a second; the rest follows when it stands.
  let moving = false, share = 1, before = 0;
  const shown = () => moving ? Math.ceil(share * state.count) : state.count;
  const css = name => getComputedStyle(host).getPropertyValue(name).trim();
  const rgb = text => { const c = new OffscreenCanvas(1, 1).getContext('2d'); c.fillStyle = text; c.fillRect(0, 0, 1, 1); return c.getImageData(0, 0, 1, 1).data; };

  // Unit square -> pixels of the screen, y upwards in the square.
  const side = () => Math.min(canvas.clientWidth, canvas.clientHeight) * .96 * state.zoom;
  const toX = x => canvas.clientWidth / 2 + (x - state.cx) * side(), toY = y => canvas.clientHeight / 2 - (y - state.cy) * side();
  const fromX = px => state.cx + (px - canvas.clientWidth / 2) / side(), fromY = py => state.cy - (py - canvas.clientHeight / 2) / side();
  const px = i => toX(state.x[2 * i] / 65535), py = i => toY(state.x[2 * i + 1] / 65535);

  const size = () => {
    const scale = devicePixelRatio || 1;
    for (const layer of [under, canvas, over]) {
      const [w, h] = [Math.round(host.clientWidth * scale), Math.round(host.clientHeight * scale)];
      if (layer.width !== w || layer.height !== h) [layer.width, layer.height] = [w, h];
    }
    draw();
  };
  const paint = () => {
    waiting = false; drawn++;
    const now = performance.now();
    if (moving && before) share = Math.min(1, Math.max(3000 / (state.count + 1), share * (now - before > 33 ? Math.max(.3, 30 / (now - before)) : now - before < 22 ? 1.15 : 1)));
    before = moving ? now : 0;
    if (moving) later();
    const scale = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
    gl.viewport(0, 0, canvas.width, canvas.height); gl.clearColor(0, 0, 0, 0); gl.clear(gl.COLOR_BUFFER_BIT);
    const sx = 2 * side() / w, sy = 2 * side() / h;
    gl.uniform4f(uniforms.view, sx, sy, -sx * state.cx, -sy * state.cy);
    const radius = Math.min(9, Math.max(1.6, 60 / Math.cbrt(state.count + 1) * Math.pow(state.zoom, .4))) * scale;
    gl.uniform1f(uniforms.size, radius); gl.uniform1f(uniforms.dim, state.dim);
    if (shown() < state.count) gl.drawElements(gl.POINTS, shown(), gl.UNSIGNED_INT, 0);
    else gl.drawArrays(gl.POINTS, 0, state.count);
    const low = under.getContext('2d');
    low.setTransform(scale, 0, 0, scale, 0, 0); low.clearRect(0, 0, w, h);
    if (density) { low.imageSmoothingEnabled = true; low.drawImage(density, toX(0), toY(1), side(), side()); }
    overlay(scale, w, h);
  };
  const overlay = (scale, w, h) => {
    const c = over.getContext('2d'), { ink, ground } = state;
    c.setTransform(scale, 0, 0, scale, 0, 0); c.clearRect(0, 0, w, h);
    if (sheet)
      sheet.records.forEach((i, n) => {
        const step = [sheet.width + sheet.gap, sheet.height + sheet.gap], k = Math.min(1.5, 40 / Math.max(sheet.width, sheet.height));
        c.imageSmoothingEnabled = false;
        c.drawImage(sheet.image, sheet.gap + n % sheet.columns * step[0], sheet.gap + Math.floor(n / sheet.columns) * step[1], sheet.width, sheet.height,
          px(i) - sheet.width * k / 2, py(i) - sheet.height * k / 2, sheet.width * k, sheet.height * k);
        c.strokeStyle = `rgb(${[...state.colours.slice(4 * kinds[i], 4 * kinds[i] + 3)]})`; c.lineWidth = 2;
        c.strokeRect(px(i) - sheet.width * k / 2, py(i) - sheet.height * k / 2, sheet.width * k, sheet.height * k);
      });
    const text = (words, x, y) => {
      c.font = '600 13px system-ui,sans-serif'; c.textAlign = 'center'; c.lineWidth = 4; c.lineJoin = 'round';
      c.strokeStyle = ground; c.strokeText(words, x, y); c.fillStyle = ink; c.fillText(words, x, y);
    };
    for (const name of state.names) text(name.text, toX(name.x), toY(name.y));
    const line = (points, closed) => {
      c.beginPath(); points.forEach(([x, y], n) => n ? c.lineTo(toX(x), toY(y)) : c.moveTo(toX(x), toY(y)));
      if (closed) c.closePath();
      c.lineWidth = 3.5; c.strokeStyle = ground; c.stroke(); c.lineWidth = 1.5; c.strokeStyle = ink; c.stroke();
    };
    if (state.path.length) line(state.path, false);
    if (lasso) line(lasso, false);
    const ring = (x, y, words) => {
      for (const [width, style] of [[4, ground], [2, ink]]) { c.beginPath(); c.arc(x, y, 7, 0, 7); c.lineWidth = width; c.strokeStyle = style; c.stroke(); }
      if (words) text(words, x, y - 12);
    };
    for (const mark of state.marks) mark.record >= 0 ? ring(px(mark.record), py(mark.record), mark.words) : ring(toX(mark.x), toY(mark.y), mark.words);
    if (hover >= 0) ring(px(hover), py(hover));
  };
  const rings = () => overlay(devicePixelRatio || 1, canvas.clientWidth, canvas.clientHeight);
  const draw = () => {
    if (!waiting) { waiting = true; requestAnimationFrame(paint); }
    later();
  };
  const move = () => { moving = true; draw(); };
  const later = () => { clearTimeout(settle); settle = setTimeout(stand, 220); };
  const stand = () => {
    // A frame that is still to come.
    if (waiting) return later();
    if (moving) { moving = false; paint(); }
    pictures();
  };

  const nearest = (x, y, reach) => {
    const gx = fromX(x) * 65535, gy = fromY(y) * 65535;
    let best = -1, least = (reach * 65535 / side()) ** 2;
    for (let i = 0, n = 2 * state.count; i < n; i += 2) {
      const dx = state.x[i] - gx, dy = state.x[i + 1] - gy, d = dx * dx + dy * dy;
      if (d < least) { least = d; best = i / 2; }
    }
    return best;
  };
  // One picture a cell of the screen, where few enough points are in view to be told apart.
  const pictures = async () => {
    if (!state.pictures) { if (sheet) { sheet = null; paint(); } return; }
    const cells = new Map(), w = canvas.clientWidth, h = canvas.clientHeight;
    let inside = 0;
    for (let i = 0; i < state.count; i++) {
      const x = px(i), y = py(i);
      if (x < 0 || y < 0 || x > w || y > h) continue;
      inside++;
      const cell = Math.floor(x / 54) * 1000 + Math.floor(y / 54);
      if (!cells.has(cell)) cells.set(cell, i);
    }
    const records = inside > 600 ? [] : [...cells.values()].slice(0, 120);
    if (records.length === 0) { if (sheet) { sheet = null; paint(); } return; }
    const found = await page.invokeMethodAsync('InView', records);
    if (!found || stop.signal.aborted) return;
    const image = new Image(); image.src = found.address; await image.decode();
    sheet = { ...found, image, records }; paint();
  };

  const on = (name, act, options) => over.addEventListener(name, act, { signal: stop.signal, ...options });
  const pointers = new Map();
  let moved = 0, spread = 0;
  const at = event => { const box = over.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  const zoomAt = (x, y, factor) => {
    const [ax, ay] = [fromX(x), fromY(y)];
    state.zoom = Math.min(4000, Math.max(.5, state.zoom * factor));
    state.cx += ax - fromX(x); state.cy += ay - fromY(y); move();
  };
  on('wheel', event => { event.preventDefault(); zoomAt(...at(event), Math.exp(-event.deltaY * (event.deltaMode ? .05 : .0016))); }, { passive: false });
  on('pointerdown', event => {
    over.setPointerCapture(event.pointerId); pointers.set(event.pointerId, at(event)); moved = 0;
    if (pointers.size === 1 && (state.tool === 'lasso' || event.shiftKey)) { const [x, y] = at(event); lasso = [[fromX(x), fromY(y)]]; }
    if (pointers.size === 2) { lasso = null; const [a, b] = [...pointers.values()]; spread = Math.hypot(a[0] - b[0], a[1] - b[1]); }
  });
  on('pointermove', event => {
    const [x, y] = at(event), from = pointers.get(event.pointerId);
    if (!from) {
      const found = nearest(x, y, 14);
      if (found !== hover) { hover = found; tip.hidden = true; rings(); preview(found, x, y); }
      return;
    }
    moved += Math.abs(x - from[0]) + Math.abs(y - from[1]); pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()], now = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread > 0) zoomAt((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, now / spread);
      spread = now;
    } else if (lasso) { lasso.push([fromX(x), fromY(y)]); draw(); }
    else { state.cx -= (x - from[0]) / side(); state.cy += (y - from[1]) / side(); move(); }
  });
  const up = event => {
    if (!pointers.delete(event.pointerId)) return;
    const [x, y] = at(event);
    if (lasso && pointers.size === 0) {
      const drawnLine = lasso; lasso = null; draw();
      if (moved > 12) { const every = Math.ceil(drawnLine.length / 300); page.invokeMethodAsync('Lassoed', drawnLine.filter((_, i) => i % every === 0).flat()); return; }
    }
    if (moved < 5) { const found = nearest(x, y, 16); if (found >= 0) page.invokeMethodAsync('Picked', found); }
  };
  on('pointerup', up); on('pointercancel', event => { pointers.delete(event.pointerId); lasso = null; });
  on('pointerleave', () => { hover = -1; tip.hidden = true; rings(); });
  on('keydown', event => {
    const step = .12 / state.zoom, keys = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (keys[event.key]) { state.cx += keys[event.key][0]; state.cy += keys[event.key][1]; move(); }
    else if (event.key === '+' || event.key === '=') zoomAt(over.clientWidth / 2, over.clientHeight / 2, 1.3);
    else if (event.key === '-') zoomAt(over.clientWidth / 2, over.clientHeight / 2, 1 / 1.3);
    else if (event.key === '0') plot.whole();
    else if (event.key === 'Enter') { const found = nearest(over.clientWidth / 2, over.clientHeight / 2, 1e4); if (found >= 0) page.invokeMethodAsync('Picked', found); }
    else return;
    event.preventDefault();
  });
  const preview = async (record, x, y) => {
    const asked = ++previewed;
    await new Promise(done => setTimeout(done, 90));
    if (record < 0 || asked !== previewed) return;
    const found = await page.invokeMethodAsync('Preview', record);
    if (!found || asked !== previewed) return;
    tip.replaceChildren();
    if (found.address) tip.append(Object.assign(new Image(), { src: found.address, alt: '' }));
    tip.append(Object.assign(document.createElement('span'), { textContent: found.words }));
    tip.style.left = `${Math.min(x + 14, host.clientWidth - 190)}px`; tip.style.top = `${Math.min(y + 14, host.clientHeight - 90)}px`; tip.hidden = false;
  };

  const plot = {
    points(bytes) { state.x = new Uint16Array(bytes.slice().buffer); state.count = state.x.length / 2; order(); attribute('place', 2, gl.UNSIGNED_SHORT, state.x); hover = -1; sheet = null; plot.whole(); },
    colours(bytes, classes) { kinds = bytes.slice(); state.classes = classes; attribute('kind', 1, gl.UNSIGNED_BYTE, kinds); plot.theme(); },
    // classes: number of them, or 0 for a quantity in steps of the palette.
    theme() {
      [state.ink, state.ground] = [css('--ink'), css('--ground')];
      const texels = new Uint8Array(1024), alpha = Math.round(255 * Math.min(.9, Math.max(.35, 30 / Math.sqrt(state.count + 1) + .3)));
      for (let i = 0; i < 256; i++) {
        let colour;
        if (state.classes) colour = i < Math.min(30, state.classes) ? rgb(css(`--c${i % 10}`)) : rgb(css('--line'));
        else { const place = i / 255 * 7, k = Math.min(6, Math.floor(place)), [a, b] = [rgb(css(`--q${k}`)), rgb(css(`--q${k + 1}`))]; colour = [0, 1, 2].map(j => a[j] + (b[j] - a[j]) * (place - k)); }
        texels.set([colour[0], colour[1], colour[2], alpha], 4 * i);
      }
      state.colours = texels;
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels); draw();
    },
    chosen(bytes) { state.dim = bytes ? .12 : 1; attribute('chosen', 1, gl.UNSIGNED_BYTE, bytes ? bytes.slice() : new Uint8Array(state.count).fill(255)); draw(); },
    density(bytes, width) {
      density = null;
      if (bytes) {
        density = new OffscreenCanvas(width, width);
        const c = density.getContext('2d'), data = c.createImageData(width, width), [r, g, b] = rgb(css('--ink'));
        bytes.forEach((value, i) => data.data.set([r, g, b, value * .45], 4 * i)); c.putImageData(data, 0, 0);
      }
      draw();
    },
    set(values) { Object.assign(state, values); over.style.cursor = state.tool === 'pan' ? 'grab' : 'crosshair'; draw(); },
    whole() { state.zoom = 1; state.cx = state.cy = .5; draw(); },
    zoom(factor) { zoomAt(over.clientWidth / 2, over.clientHeight / 2, factor); },
    picture() {
      const whole = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height }), c = whole.getContext('2d');
      c.fillStyle = css('--ground'); c.fillRect(0, 0, whole.width, whole.height); moving = false; paint();
      for (const layer of [under, canvas, over]) c.drawImage(layer, 0, 0);
      const link = Object.assign(document.createElement('a'), { href: whole.toDataURL('image/png'), download: 'map.png' }); link.click();
    },
    // Number of points, of those drawn now, and frames a second while the view moves, for measurements.
    count: () => state.count,
    shown,
    paint,
    async frames(seconds) {
      const from = drawn, begin = performance.now(), whole = { ...state };
      while (performance.now() - begin < 1000 * seconds) { state.zoom = whole.zoom * (1 + .2 * Math.sin((performance.now() - begin) / 200)); move(); await new Promise(requestAnimationFrame); gl.finish(); }
      const rate = (drawn - from) / ((performance.now() - begin) / 1000); Object.assign(state, { zoom: whole.zoom }); move(); return { rate, points: shown() };
    },
    dispose() { stop.abort(); watch.disconnect(); seen.disconnect(); clearTimeout(settle); gl.getExtension('WEBGL_lose_context')?.loseContext(); },
  };
  const watch = new ResizeObserver(size); watch.observe(host);
  const seen = new MutationObserver(() => { if (state.colours) plot.theme(); }); seen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  host.isthmusMap = plot; size();
  return plot;
}
