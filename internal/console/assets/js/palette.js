// <command-palette> holds the dialog that leads anywhere. The server finds; here are the keys, and which offer is chosen.

customElements.define("command-palette", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    if (/Mac|iPhone|iPad/.test(navigator.platform)) {
      for (const key of document.querySelectorAll("[data-command]")) key.textContent = "⌘";
    }
    document.addEventListener("keydown", (event) => this.onShortcut(event));
    document.addEventListener("click", (event) => this.onOpener(event));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.form.addEventListener("submit", (event) => event.preventDefault());
    this.addEventListener("pointermove", (event) => this.onPointer(event));
    new MutationObserver(() => this.onResults()).observe(this.dialog, { childList: true, subtree: true, attributeFilter: ["aria-selected"] });
  }

  open() {
    if (document.querySelector("dialog[open]")) return;
    this.dialog.showModal();
    this.input.select();
    this.input.dispatchEvent(new CustomEvent("palette-open"));
  }

  onShortcut(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.dialog.open) this.dialog.close();
    else this.open();
  }

  // The buttons are links, so that they work without this module.
  onOpener(event) {
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const sidebar = document.getElementById("sidebar");
    if (sidebar.matches(":popover-open")) sidebar.hidePopover();
    this.open();
  }

  onKey(event) {
    if (event.isComposing) return;
    const options = this.options;
    const at = options.indexOf(this.chosen);
    if (event.key === "ArrowDown") this.choose(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") this.choose(options.at(at - 1));
    else if (event.key === "Enter") this.go();
    else return;
    event.preventDefault();
  }

  // Enter may come before the results of what was typed; it then waits for them.
  go() {
    const isShown = this.querySelector("[data-query]")?.dataset.query === this.input.value.trim();
    this.isGoing = !isShown;
    if (isShown) this.chosen?.click();
  }

  // The first offer is chosen. htmx gives a new offer the attributes of an old one with its id for a moment.
  onResults() {
    if (this.chosen) return;
    this.input.setAttribute("aria-expanded", String(this.options.length > 0));
    this.choose(this.options[0]);
    if (this.isGoing) this.go();
  }

  // Offers that move below a resting pointer are not chosen by it.
  onPointer(event) {
    const option = event.target.closest("[role=option]");
    if (option && (event.movementX || event.movementY)) this.choose(option);
  }

  get options() { return [...this.querySelectorAll("[role=option]")]; }
  get chosen() { return this.querySelector("[aria-selected=true]"); }

  choose(option) {
    if (option && option === this.chosen) return;
    this.chosen?.setAttribute("aria-selected", "false");
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }
});
