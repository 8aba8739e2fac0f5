export {};
//# sourceMappingURL=Row.js.map