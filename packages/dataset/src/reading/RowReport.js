export {};
//# sourceMappingURL=RowReport.js.map