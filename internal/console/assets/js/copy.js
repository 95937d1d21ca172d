// <copy-button> holds a button whose data-copy goes to the clipboard. Without this module it is not shown.

customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async () => {
      const button = this.querySelector("[data-copy]");
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch {
        return; // no right to the clipboard: the text stays where it can be selected
      }
      const icon = button.querySelector("use");
      const href = icon.getAttribute("href");
      button.dataset.copied = "";
      button.title = "Copied";
      icon.setAttribute("href", href.replace(/#.*/, "#check"));
      setTimeout(() => {
        delete button.dataset.copied;
        button.title = "Copy";
        icon.setAttribute("href", href.replace(/#.*/, "#copy"));
      }, 1500);
    });
  }
});
