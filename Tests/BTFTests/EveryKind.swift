// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import Foundation
import TestImages
import Testing

/// One type of every kind and of every form that a kind has, all connected.
func imageOfEveryKind(_ order: ByteOrder) -> BTFImage {
    var image = BTFImage(order: order)
    let int = image.integer("int", size: 4, encoding: 1)
    let pointer = image.pointer(to: 4)
    let array = image.array(of: int, count: 16, index: int)
    let task = image.structure(
        "task", size: 80, [.init("a", int, at: 0, bits: 3), .init("next", pointer, at: 64), .init("names", array, at: 128)])
    let either = image.structure("either", size: 80, isUnion: true, [.init("", task, at: 0), .init("i", int, at: 0)])
    image.enumeration("e", isSigned: true, [("A", 1), ("B", -1)])
    image.enumeration("unsigned_e", [("C", -1)])
    image.add(kind: 7, name: "opaque")
    image.add(kind: 7, name: "opaque_union", flag: true)
    let alias = image.alias("task_t", either)
    let volatile = image.add(kind: 9, sizeOrType: alias)
    let constant = image.add(kind: 10, sizeOrType: volatile)
    let restrict = image.add(kind: 11, sizeOrType: constant)
    let prototype = image.prototype(result: int, [("x", pointer), ("", restrict), ("", 0)])
    image.function("main", prototype: prototype)
    let variable = image.variable("counter", alias, linkage: 2)
    image.dataSection(".data.x", size: 80, [(variable, 0, 80)])
    image.add(kind: 16, name: "float", sizeOrType: 4)
    image.add(kind: 17, name: "tag", sizeOrType: task, [1])
    image.add(kind: 17, name: "attribute", flag: true, sizeOrType: task, [.max])
    image.add(kind: 18, name: "user", sizeOrType: int)
    image.add(kind: 18, name: "address_space(1)", flag: true, sizeOrType: int)
    image.enumeration64("w", [("LARGE", .max)])
    image.enumeration64("signed_w", isSigned: true, [("SMALL", 1 << 63)])
    image.integer("_Bool", size: 1, encoding: 4)
    return image
}

/// The types of the running kernel, where it shows them.
enum RunningKernel {
    static let path = "/sys/kernel/btf/vmlinux"
    static let isThere = FileManager.default.isReadableFile(atPath: path)
    static let missing: Comment = "not run, because there is no /sys/kernel/btf/vmlinux"

    static func types() throws -> BTF { try BTF(ByteView([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))) }
}

/// A program of the machine, and what it says.
enum Program {
    static func named(_ name: String) -> String? {
        ((ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/bin").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs it to its end; throws with what it said where it fails.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], in directory: URL) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: named(name) ?? name)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        let errors = directory.appendingPathComponent("errors-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: errors)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let said = String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Unexpected("\(name): \(said.prefix(2000))") }
        return data
    }

    /// Calls `body` with a directory that is removed afterwards.
    static func withDirectory<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("btf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try body(directory)
    }
}

extension BTF {
    /// All types but void, decoded.
    func allTypes() throws(BTFError) -> [BTFType] {
        var all: [BTFType] = []
        for id in typeIDs { all.append(try type(id)) }
        return all
    }
}
