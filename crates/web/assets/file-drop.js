// A file input that also takes a dropped file. Without this script the input itself does the work.

class FileDrop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=file]");
    const say = document.createElement("span");
    say.className = "muted";
    say.textContent = this.dataset.drop ?? "";
    input.after(say);
    const over = (on) => (event) => { event.preventDefault(); this.toggleAttribute("over", on); };
    this.addEventListener("dragover", over(true));
    this.addEventListener("dragleave", over(false));
    this.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer?.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    // One file, nothing else to fill: choosing it is enough.
    input.addEventListener("change", () => { if (input.files.length) input.form.requestSubmit(); });
  }
}

customElements.define("file-drop", FileDrop);
