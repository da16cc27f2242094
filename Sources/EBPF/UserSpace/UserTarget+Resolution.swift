// SPDX-License-Identifier: Apache-2.0

import ELF

extension UserTarget {
    /// Finds the file, and the place in it.
    ///
    /// Functions are looked for in the file's symbol table, in that of the dynamic linker, and, of a stripped file, in the file of its debugging
    /// information, where the machine has that.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchBinary`` where there is no such program or library, which says where it was looked
    ///   for, or it is no 64-bit ELF file; with ``EBPFError/Code/noSuchSymbol`` where it has no such function, or only imports it; and with
    ///   ``EBPFError/Code/invalid`` where the name means several functions, or the place is no code.
    public func resolve() throws(EBPFError) -> UserLocation {
        switch place {
        case .symbol(let name, let offset):
            let operation = "find \(name) in \(binary)"
            return try UserBinary(binary, process: process, for: operation).location(of: name, offset: offset, for: operation)
        case .fileOffset(let offset):
            let operation = "find the place \(offset) in \(binary)"
            let file = try UserBinary(binary, process: process, for: operation)
            try file.checkCode(at: offset, for: operation)
            return UserLocation(path: file.path, fileOffset: offset)
        }
    }

    /// Finds all functions of a program or library whose names match, for links to many places at once (`uprobe.multi`).
    ///
    /// - Parameters:
    ///   - binary: the path, or the name alone.
    ///   - pattern: a name in which `*` stands for any text, and `?` for one character.
    ///   - process: the process whose files are meant.
    /// - Returns: the functions in the order of their places, one for each place.
    /// - Throws: ``EBPFError`` as ``resolve()``; with ``EBPFError/Code/noSuchSymbol`` where no function matches.
    public static func locations(in binary: String, matching pattern: String, process: Int32? = nil) throws(EBPFError) -> [UserLocation] {
        let operation = "find functions '\(pattern)' in \(binary)"
        return try UserBinary(binary, process: process, for: operation).locations(matching: pattern, for: operation)
    }

    /// Finds functions of a program or library by their names, in the order of the names. Reads the file's symbols once, however many names there
    /// are.
    ///
    /// - Parameters:
    ///   - binary: the path, or the name alone.
    ///   - symbols: the functions' names, each of which may end in a version.
    ///   - process: the process whose files are meant.
    /// - Throws: ``EBPFError`` as ``resolve()``, for the first name that cannot be found.
    public static func locations(in binary: String, symbols: [String], process: Int32? = nil) throws(EBPFError) -> [UserLocation] {
        let operation = "find \(symbols.count) functions in \(binary)"
        return try UserBinary(binary, process: process, for: operation).locations(of: symbols)
    }
}
