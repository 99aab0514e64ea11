// A thread of its own, so that the page stays smooth while a photo is made smaller.
import { compress, type Order } from './compress.ts';

addEventListener('message', (event: MessageEvent<Order>) => {
  compress(event.data).then(
    (made) => postMessage(made),
    // Why does not matter: the original is sent.
    () => postMessage(null),
  );
});
