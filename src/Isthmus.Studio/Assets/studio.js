// What the browser alone can do: keep preferences, save files, copy text, follow the pointer over a chart.
window.isthmus = (() => {
  const download = (name, blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  // A picture that stands alone: the styles that the page gives are written into it.
  const standalone = svg => {
    const copy = svg.cloneNode(true);
    copy.querySelectorAll('.cross').forEach(mark => mark.remove());
    const from = [svg, ...svg.querySelectorAll(':not(.cross):not(.cross *)')], to = [copy, ...copy.querySelectorAll('*')];
    from.forEach((element, i) => {
      const style = getComputedStyle(element);
      for (const name of ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity', 'font-size', 'font-family', 'text-anchor'])
        to[i]?.style.setProperty(name, style.getPropertyValue(name));
    });
    const box = svg.viewBox.baseVal;
    copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    copy.setAttribute('width', box.width);
    copy.setAttribute('height', box.height);
    copy.style.background = getComputedStyle(document.body).backgroundColor;
    return new XMLSerializer().serializeToString(copy);
  };
  const savePicture = (figure, name, asPng) => {
    // Not the picture of a button.
    const svg = figure.querySelector('.chart-body svg');
    const text = standalone(svg);
    if (!asPng) return download(`${name}.svg`, new Blob([text], { type: 'image/svg+xml' }));
    const box = svg.viewBox.baseVal, scale = 3, image = new Image();
    return new Promise((done, failed) => {
      image.onload = () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: box.width * scale, height: box.height * scale });
        const paint = canvas.getContext('2d');
        paint.fillStyle = getComputedStyle(document.body).backgroundColor;
        paint.fillRect(0, 0, canvas.width, canvas.height);
        paint.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(blob => { download(`${name}.png`, blob); done(); });
      };
      image.onerror = failed;
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    });
  };
  // Crosshair and zoom of a chart: data are the frame, the ranges and the points; a drag calls Zoom(from, to).
  const follow = (figure, data, page) => {
    const svg = figure.querySelector('.chart-body svg'), tip = figure.querySelector('.tip');
    figure.isthmus?.abort();
    const stop = figure.isthmus = new AbortController(), on = (name, act) => svg.addEventListener(name, act, { signal: stop.signal });
    const place = event => {
      const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
      return (event.clientX - box.left) / box.width * view.width;
    };
    const value = at => data.least + Math.min(1, Math.max(0, (at - data.left) / (data.right - data.left))) * (data.most - data.least);
    const ns = 'http://www.w3.org/2000/svg', cross = document.createElementNS(ns, 'g');
    cross.setAttribute('class', 'cross');
    svg.append(cross);
    let began = null;
    const draw = at => {
      const x = value(at), all = data.series.flatMap(series => series.x);
      if (!all.length) return;
      const nearest = all.reduce((best, one) => Math.abs(one - x) < Math.abs(best - x) ? one : best, all[0]);
      const px = data.left + (nearest - data.least) / (data.most - data.least) * (data.right - data.left);
      const edge = began === null ? '' : `<rect class="drag" x="${Math.min(began, at)}" y="${data.top}" width="${Math.abs(at - began)}" height="${data.bottom - data.top}"/>`;
      cross.innerHTML = `<path class="hair" d="M${px} ${data.top}V${data.bottom}"/>${edge}`;
      tip.textContent = '';
      tip.append(Object.assign(document.createElement('b'), { textContent: `${data.label} ${+nearest.toPrecision(6)}` }));
      for (const series of data.series) {
        const i = series.x.indexOf(nearest);
        if (i >= 0 && series.y[i] !== null)
          tip.append(Object.assign(document.createElement('span'), { className: series.style, textContent: `${series.name} ${series.text ? series.text[i] : +series.y[i].toPrecision(5)}` }));
      }
      tip.hidden = false;
      const box = svg.getBoundingClientRect(), left = px / svg.viewBox.baseVal.width * box.width;
      tip.style.left = `${left > box.width / 2 ? left - tip.offsetWidth - 10 : left + 10}px`;
    };
    on('pointermove', event => draw(place(event)));
    on('pointerleave', () => { began = null; cross.textContent = ''; tip.hidden = true; });
    on('pointerdown', event => { if (data.zooms) { began = place(event); event.preventDefault(); } });
    on('pointerup', event => {
      const at = place(event), from = began;
      began = null;
      if (from !== null && Math.abs(at - from) > 8) page.invokeMethodAsync('Zoom', value(Math.min(from, at)), value(Math.max(from, at)));
    });
    on('dblclick', () => data.zooms && page.invokeMethodAsync('Zoom', null, null));
  };
  // Parts of a picture that can be pressed (data-pick), also by staying on them, and axes that can be drawn along (data-axis).
  const pick = (figure, page) => {
    let over = null, waiting = 0;
    const part = event => event.target.closest('[data-pick]');
    // Parts are buttons: Tab comes to one of them, arrows lead to the next in their direction, Enter presses it.
    const body = figure.querySelector('.chart-body'), parts = () => [...body.querySelectorAll('[data-pick]')];
    const middle = one => { const box = one.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; };
    let held = null;
    const place = at => parts().forEach(one => one.setAttribute('tabindex', one === at ? 0 : -1));
    const label = () => {
      const all = parts(), at = Math.max(0, all.findIndex(one => one.dataset.pick === held));
      // A picture that is one image has no parts for those who hear it.
      body.querySelectorAll('svg[role=img]:has([data-pick])').forEach(svg => svg.setAttribute('role', 'group'));
      all.forEach(one => {
        one.setAttribute('role', 'button');
        one.setAttribute('aria-label', one.querySelector('title')?.textContent || one.textContent.trim());
      });
      place(all[at]);
      // A picture that is drawn anew keeps the focus.
      if (held !== null && document.activeElement === document.body) all[at]?.focus({ preventScroll: true });
    };
    figure.addEventListener('focusin', event => { if (part(event)) { held = part(event).dataset.pick; place(part(event)); } });
    figure.addEventListener('focusout', event => { if (event.relatedTarget) held = null; });
    new MutationObserver(label).observe(body, { childList: true, subtree: true });
    label();
    figure.addEventListener('keydown', event => {
      const from = part(event), way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!from || !way && event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      if (!way) return page.invokeMethodAsync('Pick', from.dataset.pick);
      const [x, y] = middle(from), all = parts(), here = all.indexOf(from);
      let next = null, least = Infinity;
      all.forEach((one, i) => {
        const [a, b] = middle(one), along = (a - x) * way[0] + (b - y) * way[1], across = Math.abs((a - x) * way[1] + (b - y) * way[0]);
        // Of parts at one place, the one after this, or before it.
        const far = along > 0.5 ? along + 2 * across : along > -0.5 && across < 0.5 && (i - here) * (way[0] + way[1]) > 0 ? Math.abs(i - here) / 1e4 : Infinity;
        if (far < least) { least = far; next = one; }
      });
      if (!next) return;
      next.focus();
      page.invokeMethodAsync('Hover', next.dataset.pick);
    });
    figure.addEventListener('click', event => part(event) && page.invokeMethodAsync('Pick', part(event).dataset.pick));
    figure.addEventListener('pointerover', event => {
      if (part(event) === over) return;
      over = part(event);
      clearTimeout(waiting);
      if (over) waiting = setTimeout(() => page.invokeMethodAsync('Hover', over.dataset.pick), 250);
    });
    figure.addEventListener('pointerdown', event => {
      const axis = event.target.closest('[data-axis]');
      if (!axis) return;
      event.preventDefault();
      axis.setPointerCapture(event.pointerId);
      const box = axis.getBoundingClientRect(), share = y => Math.min(1, Math.max(0, (box.bottom - y) / box.height)), from = share(event.clientY);
      const mark = axis.cloneNode(false);
      mark.removeAttribute('data-axis');
      mark.setAttribute('class', 'brushed');
      axis.after(mark);
      const [top, height] = [+axis.getAttribute('y'), +axis.getAttribute('height')];
      const draw = to => { mark.setAttribute('y', top + height * (1 - Math.max(from, to))); mark.setAttribute('height', height * Math.abs(to - from)); };
      draw(from);
      axis.onpointermove = move => draw(share(move.clientY));
      axis.onpointerup = up => {
        axis.onpointermove = axis.onpointerup = null;
        mark.remove();
        const to = share(up.clientY), isClick = Math.abs(to - from) * box.height < 4;
        page.invokeMethodAsync('Brush', axis.dataset.axis, isClick ? 0 : Math.min(from, to), isClick ? 0 : Math.max(from, to));
      };
    });
  };
  // A folder that is dropped on a field of files: its files, and the path of each in it. Hidden files are left out.
  let paths = null;
  const walk = async (entry, found) => {
    if (entry.name.startsWith('.')) return;
    if (entry.isFile)
      return found.push([entry.fullPath.slice(1), await new Promise((done, failed) => entry.file(done, failed))]);
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return;
      for (const one of some) await walk(one, found);
    }
  };
  document.addEventListener('drop', async event => {
    const input = event.target.closest?.('.drop')?.querySelector('input[type=file]');
    const entries = [...event.dataTransfer?.items ?? []].map(item => item.webkitGetAsEntry?.()).filter(entry => entry);
    if (!input || !entries.some(entry => entry.isDirectory)) return;
    event.preventDefault();
    const found = [], files = new DataTransfer();
    for (const entry of entries) await walk(entry, found);
    found.sort((a, b) => a[0] < b[0] ? -1 : 1);
    found.forEach(([, file]) => files.items.add(file));
    paths = found.map(([path]) => path);
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  return {
    paths: () => { const given = paths; paths = null; return given; },
    preferences: () => [
      localStorage.getItem('isthmus.unit') ?? 'bits',
      document.documentElement.dataset.theme,
      matchMedia('(max-width: 600px)').matches ? 'narrow' : 'wide',
    ],
    keep: (key, text) => {
      localStorage.setItem(`isthmus.${key}`, text);
      if (key === 'theme') document.documentElement.dataset.theme = text;
    },
    copy: text => navigator.clipboard.writeText(text).then(() => true, () => false),
    saveText: (name, type, text) => download(name, new Blob([text], { type })),
    savePicture,
    follow,
    pick,
  };
})();
