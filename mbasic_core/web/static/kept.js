// What outlives a page in its tab: taken out of it, and put into it.

export function take(name) {
  try {
    const text = sessionStorage.getItem(name);
    sessionStorage.removeItem(name);
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

export function put(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // No room: what was sent has reached the server anyhow.
  }
}
