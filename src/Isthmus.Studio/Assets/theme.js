// Before anything is drawn: the page's mode, so that a dark page does not begin white.
(() => {
  const kept = localStorage.getItem('isthmus.theme');
  const dark = kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
