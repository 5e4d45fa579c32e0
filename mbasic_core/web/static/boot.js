// NiceGUI opens the page's socket. This gives it the page's proof to show, tells link.js that it is there, and decides in
// NiceGUI's place what to do when the server cannot be reached or does not accept the page: it tries again, fast and then
// slower, and loads the page anew only when the server says that it cannot go on with it.
{
  const RECONNECT = { reconnectionDelay: 100, reconnectionDelayMax: 1500, randomizationFactor: 0.5 };
  const PATIENCE = [4000, 8000, 16_000]; // ms for a connection to come about: a frozen server accepts and says nothing
  const UNKNOWN = "Implicit handshake failed"; // the server does not accept this page, and never will
  const LOADS = "mbasic.loads";
  const PAUSES = [0, 2000, 5000, 15_000, 60_000]; // ms before the page is loaded anew, and again, and again

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  let leaving = false; // somebody else loads a page already

  const served = async () => {
    try {
      return (await fetch(`${window.path_prefix ?? ""}/healthz`, { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };

  let loading = false;
  const loadAnew = async () => {
    if (loading || !navigator.cookieEnabled) return; // without cookies no page is recognised; the banner says so
    loading = true;
    const loads = Number(sessionStorage.getItem(LOADS) ?? 0);
    sessionStorage.setItem(LOADS, loads + 1);
    await sleep(PAUSES[Math.min(loads, PAUSES.length - 1)]);
    while (!leaving && !(await served())) await sleep(500);
    loading = false;
    if (!leaving) window.location.reload();
  };

  const attend = (socket) => {
    const manager = socket.io;
    let late = 0;
    socket.on("connect", () => {
      late = 0;
      manager.timeout(PATIENCE[0]);
      sessionStorage.removeItem(LOADS);
      if (manager.engine.transport.name === "websocket") manager.opts.transports = ["websocket"]; // polling needs affinity
    });
    socket.on("connect_error", ({ message }) => {
      if (message === UNKNOWN) return void loadAnew();
      if (message === "timeout") {
        manager.timeout(PATIENCE[Math.min(++late, PATIENCE.length - 1)]);
        manager.opts.query.again = Math.random().toString(36).slice(2); // balancers that ask no server how it is go by this
        if (late === 2 && manager.opts.transports.length > 1) manager.opts.transports = ["polling", "websocket"];
      }
      if (!socket.active) setTimeout(() => socket.connect(), 200 + 300 * Math.random());
    });
    socket.on("disconnect", (reason) => {
      if (reason === "io server disconnect") setTimeout(() => socket.connect(), 50 + 100 * Math.random());
    });
  };

  // A part of the page that is missing: another release of the server was asked for it while they change over.
  const missing = ({ target }) => {
    const part = target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === "stylesheet");
    if (part && new URL(target.src || target.href || ".", window.location).origin === window.location.origin) loadAnew();
  };
  window.addEventListener("error", missing, true);

  const connect = window.io;
  window.io = (url, options) => {
    Object.assign(options.query, window.mbasicPage);
    const socket = connect(url, { ...options, ...RECONNECT, timeout: PATIENCE[0] });
    attend(socket);
    const { on } = socket;
    socket.on = (event, handler) => (event === "connect_error" ? socket : on.call(socket, event, handler)); // NiceGUI's would load anew
    queueMicrotask(() => {
      delete socket.on;
      window.dispatchEvent(new CustomEvent("mbasic-socket", { detail: socket }));
    });
    return socket;
  };

  window.addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => (leaving = false), 5000); // a download, or the user stayed
  });
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
}
