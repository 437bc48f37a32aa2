/** The version of this package, put in by the build. */
declare const nuvolaVersion: string | undefined;

export const version: string = typeof nuvolaVersion === 'string' ? nuvolaVersion : '0.0.0-source';
