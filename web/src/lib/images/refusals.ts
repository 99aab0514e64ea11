import { duration, sentence, type Problem } from '#lib/api/problem.ts';

/** Why an image was not taken and what to do, also when something between here and the server said it. */
export function refusal(problem: Problem): string {
  if (problem.detail && problem.status !== 429) return sentence(problem);
  switch (problem.status) {
    case 409:
      return 'There is no room left for more images. Delete some that you do not use.';
    case 413:
      return 'This file is too large. Choose a smaller image.';
    case 415:
      return 'This is not an image that can be used. Choose a JPEG, PNG, WebP, AVIF or GIF.';
    case 422:
      return 'This image is broken. Open it in a picture program, save it anew and try that.';
    case 503:
      return problem.retryAfter
        ? `No images can be taken right now. Try again in ${duration(problem.retryAfter)}.`
        : 'No images can be taken right now. Try again in a few minutes.';
    default:
      return sentence(problem);
  }
}
