// SPDX-License-Identifier: Apache-2.0

/// The debug information of the object, from which its BTF and lines are made.
struct DebugUnit {
    private var unit = 0
    private var files: [Int] = []
    private var flags: [Int] = []
    private var writer = DebugTypeWriter()
    private var written: [Location: Int] = [:]

    private struct Location: Hashable {
        var scope: Int
        var source: Int
        var line: Int
        var column: Int
    }

    private var scopes: [Int: (source: Int, others: [Int: Int])] = [:]

    /// The nodes that the whole module has. The text of the sources goes into the object's line records, so the object does not depend on where they lie.
    mutating func begin(_ sources: [KernelHalfSource], _ metadata: inout IRMetadata) {
        files = sources.map { source in
            metadata.add("!DIFile(filename: \"\(Self.escaped(source.name))\", directory: \".\", source: \"\(Self.escaped(source.text))\")")
        }
        let enums = metadata.add("!{}")
        unit = metadata.add(
            "distinct !DICompileUnit(language: DW_LANG_C11, file: !\(files.first ?? 0), producer: \"swift-ebpf\", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, enums: !\(enums))"
        )
        flags = ["!{i32 7, !\"Dwarf Version\", i32 5}", "!{i32 2, !\"Debug Info Version\", i32 3}", "!{i32 7, !\"frame-pointer\", i32 2}"].map {
            metadata.add($0)
        }
    }

    var namedMetadata: [(name: String, value: String)] {
        [("!llvm.dbg.cu", "!{!\(unit)}"), ("!llvm.module.flags", "!{\(flags.map { "!\($0)" }.joined(separator: ", "))}")]
    }

    /// A function and its type.
    ///
    /// - Returns: the number of its node, the scope of its locations.
    mutating func addSubprogram(
        _ name: String, parameters: [(name: String, type: KernelHalfTypes.ID?)], isLocal: Bool, at position: SourcePosition,
        _ sources: [KernelHalfSource],
        _ types: inout KernelHalfTypes, _ metadata: inout IRMetadata
    ) -> Int {
        let source = sources.firstIndex { $0.path == position.file } ?? 0
        let file = files.indices.contains(source) ? files[source] : 0
        // What a program answers is an int, as is what subprograms answer as far as BTF is concerned: the kernel looks at their arguments alone.
        let result = writer.reference(types.int, types, &metadata)
        let references = parameters.map { writer.reference($0.type ?? types.unsigned64, types, &metadata) }
        let list = metadata.add("!{\(([result] + references).joined(separator: ", "))}")
        let type = metadata.add("!DISubroutineType(types: !\(list))")
        let scope = metadata.reserve()
        let locals = zip(parameters, references).enumerated().map { index, parameter in
            metadata.add(
                "!DILocalVariable(name: \"\(parameter.0.name)\", arg: \(index + 1), scope: !\(scope), file: !\(file), line: \(position.line), type: \(parameter.1))"
            )
        }
        let retained = metadata.add("!{\(locals.map { "!\($0)" }.joined(separator: ", "))}")
        metadata[scope] =
            "distinct !DISubprogram(name: \"\(Self.escaped(name))\", scope: !\(file), file: !\(file), line: \(position.line), type: !\(type), scopeLine: \(position.line), "
            + "flags: DIFlagPrototyped, spFlags: \(isLocal ? "DISPFlagLocalToUnit | " : "")DISPFlagDefinition | DISPFlagOptimized, unit: !\(unit), retainedNodes: !\(retained))"
        scopes[scope] = (source, [:])
        return scope
    }

    /// The type of a function that the kernel has.
    ///
    /// - Returns: the number of its node.
    mutating func addDeclaration(
        _ name: String, result: KernelHalfTypes.ID?, parameters: [KernelHalfTypes.ID?], _ types: inout KernelHalfTypes, _ metadata: inout IRMetadata
    ) -> Int {
        let references = [writer.reference(result, types, &metadata)] + parameters.map { writer.reference($0, types, &metadata) }
        let list = metadata.add("!{\(references.joined(separator: ", "))}")
        let type = metadata.add("!DISubroutineType(types: !\(list))")
        let file = files.first ?? 0
        return metadata.add(
            "!DISubprogram(name: \"\(Self.escaped(name))\", scope: !\(file), file: !\(file), type: !\(type), flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)"
        )
    }

    /// The location in a function that an instruction's location becomes.
    mutating func location(
        _ original: Int?, scope: Int, _ position: SourcePosition, _ locations: inout SourceLocations, _ sources: [KernelHalfSource],
        _ metadata: inout IRMetadata
    ) -> Int {
        let own = scopes[scope]?.source ?? 0
        let place = locations.place(original, &metadata) ?? (own, position.line, 0)
        let key = Location(scope: scope, source: place.source, line: place.line, column: place.column)
        if let known = written[key] { return known }
        var inner = scope
        if place.source != own {
            inner =
                scopes[scope]?.others[place.source]
                ?? metadata.add("!DILexicalBlockFile(scope: !\(scope), file: !\(files[place.source]), discriminator: 0)")
            scopes[scope]?.others[place.source] = inner
        }
        let number = metadata.add("!DILocation(line: \(place.line), column: \(place.column), scope: !\(inner))")
        written[key] = number
        return number
    }

    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "\\"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
