// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import EBPF
import Foundation
import Testing

/// The types that the objects of both languages declare.
@Suite struct TypeTests {
    @Test(arguments: Twin.all)
    func structuresThatUserSpaceSharesAreTheSame(twin: Twin) throws {
        let c = try #require(try twin.c().btf)
        let swift = try #require(try twin.swift().btf)
        for names in twin.structures {
            let first = try #require(c.types(named: names.c, kinds: [.structure]).first, "the object of C has no struct \(names.c)")
            let second = try #require(swift.types(named: names.swift, kinds: [.structure]).first, "the object of Swift has no struct \(names.swift)")
            #expect(try Shape(second, in: swift).text == Shape(first, in: c).text)
        }
    }

    @Test(arguments: Twin.all)
    func mapsHaveTheSameKeysAndValues(twin: Twin) throws {
        let c = try twin.c()
        let swift = try twin.swift()
        let declared = c.maps.filter { !$0.name.hasPrefix(".") }
        #expect(swift.maps.filter { !$0.name.hasPrefix(".") }.map(\.name).sorted() == declared.map(\.name).sorted())
        let (types, swiftTypes) = (try #require(c.btf), try #require(swift.btf))
        for map in declared {
            let other = try #require(swift.maps.first { $0.name == map.name })
            #expect(other.type == map.type && other.maxEntries == map.maxEntries && other.flags == map.flags)
            #expect(other.keySize == map.keySize && other.valueSize == map.valueSize)
            #expect(
                other.inner?.type == map.inner?.type && other.inner?.maxEntries == map.inner?.maxEntries && other.inner?.flags == map.inner?.flags)
            #expect(other.inner?.keySize == map.inner?.keySize && other.inner?.valueSize == map.inner?.valueSize)
            #expect(try Shape(other.keyType, in: swiftTypes).text == Shape(map.keyType, in: types).text)
            #expect(try Shape(other.valueType, in: swiftTypes).text == Shape(map.valueType, in: types).text)
        }
    }

    @Test(arguments: Twin.all)
    func variablesHaveTheSameTypesAndPlaces(twin: Twin) throws {
        let c = try twin.c()
        let swift = try twin.swift()
        let (types, swiftTypes) = (try #require(c.btf), try #require(swift.btf))
        for variable in c.variables where !variable.name.hasPrefix("unused_") && !variable.name.contains(".") {
            let other = try swift.variable(variable.name)
            #expect(other.size == variable.size)
            #expect(try Shape(other.type, in: swiftTypes).text == Shape(variable.type, in: types).text)
            #expect(swift.maps[other.mapIndex].name == c.maps[variable.mapIndex].name)
        }
    }

    @Test(.enabled(if: Clang.path != nil, "not run, because there is no clang on PATH"), arguments: Twin.all)
    func theTypesOfBothObjectsAreSensibleInC(twin: Twin) throws {
        for object in [try twin.c(), try twin.swift()] {
            var printer = CPrinter(try #require(object.btf))
            var text: [UInt8] = []
            while try printer.append(to: &text) {}
            let complaints = try Clang.complaints(about: text)
            #expect(complaints.isEmpty)
        }
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason), arguments: Twin.all)
    func theKernelHasTheTypesAsTheObjectsDeclareThem(twin: Twin) throws {
        guard twin.isTaken else { return print("not run, because kernels before \(twin.since), or without maps \(twin.needs), do not take it") }
        for object in [try twin.c(), try twin.swift()] {
            let loaded = try object.load()
            let types = try BTF(ByteView(try #require(try object.btfForLoading())))
            for program in loaded.programs {
                let kernels = try #require(try program.types())
                #expect(kernels.count == types.count)
                for id in types.ownTypeIDs where id != .void { #expect(try kernels.type(id) == types.type(id)) }
            }
        }
    }
}

/// A type by what it means to who reads its bytes: sizes, names, offsets and kinds, but for the names of types.
private struct Shape {
    let text: String

    init(_ id: TypeID, in btf: BTF, depth: Int = 0) throws {
        try #require(depth < 16)
        func part(_ id: TypeID) throws -> String { try Shape(id, in: btf, depth: depth + 1).text }
        switch try btf.resolve(id).type {
        case .integer(let integer): text = "\(integer.isBoolean ? "bool" : integer.isSigned ? "signed" : "unsigned") \(integer.bitCount)"
        case .array(let array): text = "[\(array.count)] of \(try part(array.element))"
        case .composite(let composite):
            let members = try composite.members.map { "\($0.name) at \($0.bitOffset): \(try part($0.type))" }
            text = "\(composite.byteCount) bytes { \(members.joined(separator: "; ")) }"
        case .pointer: text = "pointer"
        case .void: text = "nothing"
        case let other: text = "\(other)"
        }
    }
}

/// The compiler that judges C.
private enum Clang {
    static let path: String? = {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return directories.map { "\($0)/clang" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// What it says of a file; nothing where it finds nothing wrong.
    static func complaints(about text: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "ebpf-twins-\(UUID().uuidString).h")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = [
            "-target", "bpf", "-fsyntax-only", "-x", "c", "-Wall", "-Wextra", "-Werror", "-Wno-pragma-clang-attribute",
            file.path(percentEncoded: false),
        ]
        let output = Pipe()
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : String(decoding: data, as: UTF8.self)
    }
}
