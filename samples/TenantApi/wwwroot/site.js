// The theme follows the system until somebody chooses one. This runs before the page is drawn.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => root.dataset.theme = localStorage.getItem("theme") ?? (system.matches ? "dark" : "light");
  system.addEventListener("change", apply);
  apply();
  document.addEventListener("click", event => {
    if (event.target.closest("[data-theme-toggle]")) {
      localStorage.setItem("theme", root.dataset.theme === "dark" ? "light" : "dark");
      apply();
    }
    if (event.target.closest("[data-skip]"))
      document.getElementById("main").focus();
  });
})();
