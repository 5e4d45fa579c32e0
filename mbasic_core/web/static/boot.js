// NiceGUI opens the page's socket. This gives it the page's proof to show, and tells link.js that it is there.
{
  const connect = window.io;
  window.io = (url, options) => {
    Object.assign(options.query, window.mbasicPage);
    const socket = connect(url, options);
    queueMicrotask(() => window.dispatchEvent(new CustomEvent("mbasic-socket", { detail: socket })));
    return socket;
  };
}
