// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import Foundation
import TestImages
import Testing

/// The page that says what each function of the kernel is called in Swift: made of the table of helpers and of the library's sources.
@Suite struct HelpersPageTests {
    private static let page = LibrarySource.root.appending(path: "Documentation/Helpers.md")
    private static let library = Result { try LibraryDeclaration.all() }

    @Test func thePageIsWhatTheTableAndTheLibrarySay() throws {
        let text = try Self.text()
        if ProcessInfo.processInfo.environment["EBPF_REGENERATE"] != nil { try Data(text.utf8).write(to: Self.page) }
        let written = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(written == text, "run this test with EBPF_REGENERATE=1 to write the page anew")
    }

    @Test func whatTheLibraryCallsIsFound() throws {
        let names = try Self.names()
        #expect(names["bpf_map_lookup_elem"]?.contains("KeyedMap.lookup(_:)") == true)
        #expect(names["bpf_ktime_get_ns"]?.contains("monotonicTime") == true)
        // Through a function that is no member, one that nobody sees, C, and without being named.
        #expect(names["bpf_probe_read_kernel"]?.contains("KernelPointer.pointee") == true)
        #expect(names["bpf_probe_read_kernel"]?.contains("KernelPointer.bits(_:)") == true)
        #expect(names["bpf_trace_printk"] == ["log(_:)", "log(_:_:)", "log(_:_:_:)", "log(_:_:_:_:)"])
        #expect(names["bpf_ringbuf_discard"]?.contains("Reservation.deinit") == true)
        // In place of which the compiler puts a helper, and at the beginning of a value that no kernel half makes.
        #expect(names["bpf_loop"] == ["loop(_:_:)"])
        #expect(names["bpf_iter_num_new"] == ["withNumbers(_:_:)"])
    }

    private static let newest = (ProcessInfo.processInfo.environment["EBPF_KERNEL_TYPES"] ?? "") + "/sid/vmlinux.btf"

    @Test(
        .enabled("not run, because EBPF_KERNEL_TYPES does not name a directory with the types of Debian's newest kernel") {
            FileManager.default.isReadableFile(atPath: newest)
        })
    func theNewestKernelHasTheFunctionsThatTheTableNames() throws {
        let types = try BTF(ByteView([UInt8](try Data(contentsOf: URL(filePath: Self.newest)))))
        let tagged = try types.types(ofKinds: [.declarationTag]).compactMap { id -> String? in
            guard case .declarationTag("bpf_kfunc", let function, -1) = try types.type(id) else { return nil }
            return try types.name(of: function)
        }
        #expect(Set(tagged).subtracting(KernelFunctionNames.kernels.keys) == [], "add what is new to the table")
        #expect(tagged.count > 200)
    }

    @Test func allThatKernelHalvesSeeIsExplained() throws {
        let library = try Self.library.get()
        #expect(library.count { $0.isPublic } > 300)
        for declaration in library where declaration.isPublic && declaration.kind != "extension" {
            #expect(!declaration.documentation.isEmpty, "\(declaration.place): \(declaration.name) has no comment that explains it")
        }
    }

    @Test func whatCallsTheKernelSaysSinceWhichRelease() throws {
        let library = try Self.library.get()
        for declaration in library where declaration.isPublic && ["func", "var", "init", "subscript"].contains(declaration.kind) {
            let helpers = declaration.reached(among: library).compactMap { $0.hasPrefix("bpf_") ? Helper.named($0) : nil }
            // What the oldest kernel has that is supported needs no words.
            guard helpers.contains(where: { $0.since > "5.10" }) else { continue }
            let types = library.filter { $0.name == declaration.type }.map(\.documentation)
            let comments = [declaration.documentation] + types
            #expect(comments.contains { $0.contains(/Linux \d/) }, "\(declaration.place): \(declaration.name) does not say its minimum kernel")
        }
    }
}

extension HelpersPageTests {
    /// What calls each function of the kernel, by its name in C.
    private static func names() throws -> [String: [String]] {
        let library = try self.library.get()
        let numbers = try numbersInC().merging(numbersOfCallbacks()) { first, _ in first }
        var names: [String: [String]] = [:]
        // What begins with ebpf_ is for the compiler, not for kernel halves.
        for declaration in library where declaration.isVisible && !declaration.name.hasPrefix("ebpf_") {
            for function in declaration.reached(among: library).sorted() {
                let function = numbers[function].flatMap { Helper.numbered($0).map { "bpf_\($0.name)" } } ?? function
                if names[function]?.contains(declaration.name) != true { names[function, default: []].append(declaration.name) }
            }
        }
        return names
    }

    /// The functions in the library's headers of C that call a helper by its number, without those that are made of the table.
    private static func numbersInC() throws -> [String: Int32] {
        let directory = LibrarySource.root.appending(path: "Sources/CEBPFHelpers/include")
        var numbers: [String: Int32] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: directory.path) where file.hasSuffix(".h") && file != "helpers.h" {
            let text = try String(contentsOf: directory.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /(ebpf_\w+)\([^{}]*\{[^{}]*\)\)(\d+)\)\(/) { numbers[String(match.1)] = Int32(match.2) }
        }
        return numbers
    }

    /// The functions that the compiler for kernel halves puts a helper in place of that calls back.
    private static func numbersOfCallbacks() throws -> [String: Int32] {
        let source = LibrarySource.root.appending(path: "Sources/EBPFCompiler/IR/Callbacks.swift")
        let rows = try String(contentsOf: source, encoding: .utf8).matches(of: /\(name: "(\w+)", number: (\d+)/)
        return Dictionary(rows.compactMap { row in Int32(row.2).map { ("ebpf_callback_\(row.1)", $0) } }) { first, _ in first }
    }

    /// What each helper is called in Swift as it is, by its name without `bpf_`.
    private static func spellings() throws -> [String: String] {
        let header = LibrarySource.root.appending(path: "Sources/CEBPFHelpers/include/helpers.h")
        let names = try String(contentsOf: header, encoding: .utf8).matches(of: /EBPF_NAMED\("(.+?)"\).*?ebpf_helper_(\w+)\(/)
        return Dictionary(names.map { (String($0.2), String($0.1)) }) { first, _ in first }
    }

    private static func text() throws -> String {
        let library = try self.library.get()
        let names = try names()
        let spellings = try spellings()
        let helpers = Helper.all.map { helper in
            let inSwift = names["bpf_\(helper.name)"]?.map { "`\($0)`" }.joined(separator: ", ")
            let licence = helper.requiresGPL ? "GPL" : ""
            let name = inSwift ?? spellings[helper.name].map { "`\($0)`" } ?? ""
            return "| \(helper.number) | `bpf_\(helper.name)` | \(helper.since) | \(licence) | \(callers(of: helper)) | \(name) |"
        }
        let functions = library.filter { $0.kind == "func" && $0.calls.contains("kernelFunction") && $0.word != "kernelFunction" }.map { function in
            (name: function.word, inSwift: (names[function.word] ?? []).filter { $0 != function.name }.map { "`\($0)`" }.joined(separator: ", "))
        }
        let called = Dictionary(functions.map { ($0.name, $0.inSwift) }) { first, _ in first }
        let rows = Set(KernelFunctionNames.kernels.keys).union(called.keys).sorted().map { name in
            "| `\(name)` | \(KernelFunctionNames.kernels[name] ?? "") | \(called[name].flatMap { $0.isEmpty ? nil : $0 } ?? "-") |"
        }
        let wrapped = Helper.all.count { names["bpf_\($0.name)"] != nil }
        return introduction(wrapped) + helpers.joined(separator: "\n") + "\n" + kernelFunctions(rows, called.count)
    }

    /// The types of programs that may call a helper, or those that may not where these are fewer.
    private static func callers(of helper: Helper) -> String {
        let waiting = helper.sleeps ? ", that may wait" : ""
        guard let callers = helper.callers else { return "all" + waiting }
        let judged = ProgramType.all.filter { $0 != .structOps && $0 != .freplace }
        let others = judged.filter { !callers.contains($0) }
        let names = (others.count < callers.count ? others : callers).map(\.description).sorted().joined(separator: ", ")
        if callers.isEmpty { return "struct_ops" }
        return (others.count < callers.count ? "all but " : "") + names + waiting
    }

    private static func introduction(_ wrapped: Int) -> String {
        """
        # Helpers and their names in Swift

        Each helper, a function that the kernel has for programs, with the declaration of `EBPFKernel` that calls it: \(wrapped) of \(Helper.all.count). The others are
        called as they are in C: `import EBPFKernel` brings each under the name of the kernel's documentation, such as `bpf_get_stackid`, and in Swift's spelling,
        `Helpers.getStackid(_:_:_:)`. *Since* is the first release of Linux that has the helper; *GPL* stands where only programs may call it whose licence the
        kernel takes for compatible with that. *Programs* are the types that may call it on some kernel up to Linux 7.2; what a member of a set of functions
        (`struct_ops`) or a replacement (`ext`) may call is decided by what it belongs to. What each helper does is in bpf-helpers(7).

        A test makes this page of the table of helpers and of the library's sources: `EBPF_REGENERATE=1 swift test --filter HelpersPageTests`.

        | | helper | since | licence | programs | in Swift |
        |--:|---|---|---|---|---|

        """
    }

    private static func kernelFunctions(_ rows: [String], _ called: Int) -> String {
        """

        ## Kernel functions

        Functions of the kernel without a number (kfuncs), which are found by their names when the object is loaded: the \(KernelFunctionNames.kernels.count) of Linux 7.2
        as Debian builds it for clouds, without those of modules, and what calls them here, \(called) of them. The others can be declared in a kernel half, with section
        `.ksyms`, `@inline(never) @_optimize(none)` and the body `kernelFunction()`. *Seen in* is the oldest of these kernels in which a function of the name was seen: 5.10, 6.1, 6.12, 6.18, 7.2; it came
        with that release or one after the kernel before, and programs may have been let call it later.

        | function | seen in | in Swift |
        |---|---|---|
        \(rows.joined(separator: "\n"))

        """
    }
}
