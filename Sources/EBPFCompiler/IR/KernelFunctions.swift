// SPDX-License-Identifier: Apache-2.0

/// Functions of the kernel that programs call by name (kfuncs). In a kernel half they are functions of section `.ksyms`, whose bodies nobody looks at; in the
/// object they are declared, with their types, and the loader finds them in the kernel that runs.
enum KernelFunctions {
    /// `libbpf.c`: `KSYMS_SEC`.
    static let section = ".ksyms"

    /// The name in a mangled one, for which debug information of another module has none: `$e10EBPFKernel17bpf_rcu_read_lockyyF`.
    static func name(ofMangled mangled: String) -> String {
        let names = names(mangled.drop { !$0.isNumber })
        return names.count > 1 ? names[1] : mangled
    }

    /// The pointers of the kernel half's library to structures of the kernel.
    private static let pointers = ["15NullablePointer", "14TrustedPointer", "13KernelPointer"].map { "$e10EBPFKernel\($0)Vy" }

    /// What is wrong with a declaration whose attributes are these: without some, Swift puts the body in place of the calls, or goes by what it does.
    static func complaint(aboutDeclaration name: String, attributes: String?) -> String? {
        let words = attributes?.split(separator: " ") ?? []
        guard !words.contains("optnone") || !words.contains("noinline") else { return nil }
        return
            "'\(name)' is a function of the kernel, into whose body Swift must not look; declare it with @section(\".ksyms\") @inline(never) @_optimize(none)"
    }

    /// The pointer that a function answers, of which debug information says the mangled name only: `$eSpys5Int32VGSgD`, `$eSpy5Tasks11task_structVGD`,
    /// `$e10EBPFKernel15NullablePointerVy5Tasks11task_structVGD`.
    static func pointer(_ mangled: String, _ types: inout KernelHalfTypes) -> KernelHalfTypes.ID? {
        if let library = pointers.first(where: { mangled.hasPrefix($0) }) {
            let names = names(mangled.dropFirst(library.count))
            return types.add(.pointer(to: names.count > 1 ? types.add(.structure(name: names[1], byteCount: 0, members: [])) : nil))
        }
        // UnsafeMutablePointer and UnsafePointer.
        guard mangled.hasPrefix("$eSpy") || mangled.hasPrefix("$eSPy") else { return nil }
        let rest = mangled.dropFirst("$eSpy".count)
        guard rest.first != "s" else {
            let integers: [String: (String, Int, Bool)] = [
                "Int32": ("int", 4, true), "UInt32": ("unsigned int", 4, false), "Int64": ("long long", 8, true),
                "UInt64": ("unsigned long long", 8, false), "UInt8": ("unsigned char", 1, false),
            ]
            let integer = names(rest.dropFirst()).first.flatMap { integers[$0] }
            return types.add(.pointer(to: integer.map { types.add(.integer(name: $0.0, byteCount: $0.1, isSigned: $0.2)) }))
        }
        let names = names(rest)
        // What it points to is compared by its kind, and found by its name.
        return types.add(.pointer(to: names.count > 1 ? types.add(.structure(name: names[1], byteCount: 0, members: [])) : nil))
    }

    /// The names with which a mangled name goes on, each behind its length.
    private static func names(_ mangled: Substring) -> [String] {
        var rest = mangled
        var names: [String] = []
        while let count = Int(rest.prefix { $0.isNumber }) {
            let text = rest.drop { $0.isNumber }
            names.append(String(text.prefix(count)))
            rest = text.dropFirst(count)
        }
        return names
    }

    /// The declaration of a function that a kernel may lack.
    static func weak(_ declaration: String) -> String {
        declaration.contains(" extern_weak ")
            ? declaration : declaration.replacing(" dso_local ", with: " extern_weak dso_local ", maxReplacements: 1)
    }

    /// The declaration of a function, whose debug information becomes its type in BTF.
    static func declaration(_ name: String, of function: IRFunction, scope: Int) -> String {
        let types = function.parameters.compactMap { $0.split(separator: " ").first }.joined(separator: ", ")
        return
            "declare !dbg !\(scope) dso_local \(function.result) @\(IRName.spelled(name))(\(types)) #\(FunctionAttributes.kernelFunction) section \"\(section)\""
    }
}
