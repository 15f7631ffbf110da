/**
 * Names of queues, exchanges and policies across virtual hosts. Inside a broker one text names a resource of any virtual host: its
 * own name in the default one, the virtual host, a mark that no name contains and the name in any other. Clients know only names;
 * people are shown `vhost/name`.
 */

/** The one that every cluster begins with. */
export const DEFAULT_VHOST = '/';

const MARK = '\u0001';

/** What the broker calls the resource of this name in a virtual host. */
export function resourceName(vhost: string, name: string): string {
  return vhost === DEFAULT_VHOST ? name : `${vhost}${MARK}${name}`;
}

/** The virtual host of a resource. */
export function vhostOf(resource: string): string {
  const at = resource.indexOf(MARK);
  return at < 0 ? DEFAULT_VHOST : resource.slice(0, at);
}

/** The name of a resource as clients of its virtual host know it. */
export function nameIn(resource: string): string {
  const at = resource.indexOf(MARK);
  return at < 0 ? resource : resource.slice(at + 1);
}

/** How people and the journal call it; any other text stays as it is. */
export function shownName(resource: string): string {
  return resource.replace(MARK, '/');
}

/** As `shownName`, of a name in a virtual host. */
export function shownIn(vhost: string, name: string): string {
  return shownName(resourceName(vhost, name));
}
