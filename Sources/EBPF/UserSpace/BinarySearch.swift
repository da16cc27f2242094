// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Glibc

/// Looks for programs and libraries by their names, and remembers where.
struct BinarySearch {
    private let process: Int32?
    private let root: FileRoot
    /// The places that were looked at, for the message.
    private(set) var places: [String] = []

    init(process: Int32?, root: FileRoot) {
        self.process = process
        self.root = root
    }

    /// A path that this process can open.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchBinary``, which says where it was looked for.
    static func path(of name: String, process: Int32?, root: FileRoot, for operation: String) throws(EBPFError) -> String {
        if let process, access("/proc/\(process)", F_OK) != 0 {
            throw EBPFError(.invalid, operation, cause: "there is no process \(process)", remedy: "check the number; the process may have ended")
        }
        if name.contains("/") {
            let path = name.hasPrefix("/") ? root.path(name) : name
            guard access(path, F_OK) == 0 else { throw missing(name, errno, path, for: operation) }
            return path
        }
        var search = BinarySearch(process: process, root: root)
        if let path = try search.path(of: name, for: operation) { return path }
        throw EBPFError(
            .noSuchBinary, operation, cause: "there is no program or library '\(name)' in \(search.places.joined(separator: ", "))",
            remedy: "check the name, or give the file's path")
    }

    private static func missing(_ name: String, _ error: Int32, _ path: String, for operation: String) -> EBPFError {
        let place = path == name ? "" : " (looked for as \(path))"
        return EBPFError(
            error == EACCES ? .permission : .noSuchBinary, operation, cause: "\(name)\(place): \(Failure.text(of: error))",
            remedy: "check the path", errno: error)
    }

    private mutating func path(of name: String, for operation: String) throws(EBPFError) -> String? {
        if let path = try mappedFile(name, for: operation) { return path }
        guard !name.hasPrefix("lib"), !Self.isLibrary(name) else { return library(name) ?? program(name) }
        return program(name) ?? library(name)
    }

    private static func isLibrary(_ name: String) -> Bool { name.hasSuffix(".so") || name.contains(".so.") }

    /// Whether a library's name is meant by a shorter one: `libc.so.6` by `libc`, and by `libc.so`.
    static func isMeant(_ library: String, by name: String) -> Bool {
        library == name || library == name + ".so" || library.hasPrefix(name + ".so.") || name.hasSuffix(".so") && library.hasPrefix(name + ".")
    }
}

extension BinarySearch {
    /// A file that the process has mapped.
    private mutating func mappedFile(_ name: String, for operation: String) throws(EBPFError) -> String? {
        guard let process else { return nil }
        places.append("the files that process \(process) has mapped")
        for mapping in try MemoryMapping.all(of: process, for: operation) where mapping.hasFile && mapping.isExecutable {
            let base = mapping.path.split(separator: "/").last.map(String.init) ?? ""
            if Self.isMeant(base, by: name), let path = mapping.openPath(process: process, root: root) { return path }
        }
        return nil
    }

    /// A program in one of the directories of `PATH`.
    private mutating func program(_ name: String) -> String? {
        let directories = (environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin").split(separator: ":")
        places.append("PATH (\(directories.joined(separator: ":")))")
        for directory in directories where directory.hasPrefix("/") {
            let path = root.path("\(directory)/\(name)")
            if FileContents.isELF(path) { return path }
        }
        return nil
    }

    private mutating func library(_ name: String) -> String? {
        if let directories = environment("LD_LIBRARY_PATH"), !directories.isEmpty {
            places.append("LD_LIBRARY_PATH (\(directories))")
            for directory in directories.split(separator: ":") {
                if let path = library(name, in: String(directory)) { return path }
            }
        }
        places.append("/etc/ld.so.cache")
        if let path = cachedLibrary(name) { return path }
        places += Self.directories
        for directory in Self.directories {
            if let path = library(name, in: directory) { return path }
        }
        return nil
    }

    private func cachedLibrary(_ name: String) -> String? {
        guard let bytes = try? FileContents.read(root.path("/etc/ld.so.cache")), let cache = LibraryCache(bytes, order: .native) else { return nil }
        let meant = cache.entries(for: Self.machine) { Self.isMeant($0, by: name) }
        // The very name first, then the newest version.
        let sorted = meant.enumerated().sorted { left, right in
            Self.isBetter(left.element.name, right.element.name, for: name) ?? (left.offset < right.offset)
        }
        return sorted.lazy.map { root.path($0.element.path) }.first { FileContents.isELF($0) }
    }

    /// The library of a directory: the very name, or the newest version of it. Linkers' scripts, as many a `libc.so` is, are none.
    private func library(_ name: String, in directory: String) -> String? {
        guard directory.hasPrefix("/") else { return nil }
        let path = root.path("\(directory)/\(name)")
        if FileContents.isELF(path) { return path }
        let names = Self.names(in: root.path(directory)).filter { Self.isMeant($0, by: name) }
        return names.sorted { Self.isBetter($0, $1, for: name) ?? false }.lazy.map { root.path("\(directory)/\($0)") }.first {
            FileContents.isELF($0)
        }
    }

    /// Whether a library comes before another; `nil` where none does.
    private static func isBetter(_ left: String, _ right: String, for name: String) -> Bool? {
        if left == right { return nil }
        if left == name || right == name { return left == name }
        let (a, b) = (version(of: left), version(of: right))
        return a == b ? left < right : b.lexicographicallyPrecedes(a)
    }

    private static func version(of name: String) -> [Int] {
        name.split(separator: ".").drop { $0 != "so" }.dropFirst().map { Int($0) ?? 0 }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
                })
        }
        return names
    }

    /// A variable of the process's environment, as it was when it started; of this one where none is given.
    private func environment(_ name: String) -> String? {
        guard let process else { return getenv(name).map { String(cString: $0) } }
        guard let bytes = try? FileContents.read("/proc/\(process)/environ") else { return nil }
        let entries = bytes.array().split(separator: 0)
        let start = Array((name + "=").utf8)
        return entries.first { $0.starts(with: start) }.map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }

    #if arch(arm64)
        private static let machine = ELFFile.Machine.arm64
        private static let triple = "aarch64-linux-gnu"
    #elseif arch(x86_64)
        private static let machine = ELFFile.Machine.x86_64
        private static let triple = "x86_64-linux-gnu"
    #else
        private static let machine = ELFFile.Machine(rawValue: 0)
        private static let triple = "linux-gnu"
    #endif

    private static let directories = ["/lib/\(triple)", "/usr/lib/\(triple)", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]
}

extension MemoryMapping {
    /// A path by which this process opens the mapped file: by its name where that is still the same file, else by the mapping, which takes
    /// CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE. `nil` where there is none.
    func openPath(process: Int32, root: FileRoot) -> String? { openPath(directory: "/proc/\(process)", root: root) }

    /// The same, with the process's directory of `/proc`.
    func openPath(directory: String, root: FileRoot) -> String? {
        guard hasFile else { return nil }
        let byMapping = "\(directory)/map_files/\(fileName)"
        let byName = root.path(path)
        var information = stat()
        if !isDeleted, stat(byName, &information) == 0 {
            // Some file systems have other numbers for files that are mapped, so a wrong one only makes the mapping's the better path.
            if UInt64(information.st_ino) == inode || access(byMapping, R_OK) != 0 { return byName }
        }
        return access(byMapping, R_OK) == 0 ? byMapping : nil
    }
}
