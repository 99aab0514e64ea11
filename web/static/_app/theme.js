// Runs before the first paint, so that a chosen theme does not flash.
try {
  const chosen = localStorage.getItem('nameplate-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be off; the system's preference is used then.
}
