// SPDX-License-Identifier: Apache-2.0

/// A helper that calls a function of the program: it gets the function's address, which must stand in the call itself.
///
/// The library has a function `ebpf_callback_NAME` for each, which takes a closure as the last of its parameters. Swift passes a closure as the address
/// of its function and that of what it captures, and hands the latter on as the function's last parameter: so does the kernel.
struct CallbackHelper: Sendable {
    /// What the library's function is called behind `ebpf_callback_`, and what a subprogram is named after.
    let name: String
    /// `BPF_FUNC_...`.
    let number: Int
    /// How many of the parameters that the kernel passes first the closure does not ask for.
    let unused: Int
    /// Whether the kernel hands on what is captured.
    let hasContext: Bool
    /// Whether the helper takes flags, which are 0.
    let hasFlags: Bool
    /// What the function answers where it traps: what ends the helper's turns, where that is possible.
    let answer: Int

    /// `kernel/bpf/verifier.c`: `set_loop_callback_state` and the like say what each passes.
    static let table: [CallbackHelper] = [
        .init(name: "each", number: 164, unused: 1, hasContext: true, hasFlags: true, answer: 1),  // bpf_for_each_map_elem
        .init(name: "expiry", number: 170, unused: 1, hasContext: false, hasFlags: false, answer: 0),  // bpf_timer_set_callback
        .init(name: "loop", number: 181, unused: 0, hasContext: true, hasFlags: true, answer: 1),  // bpf_loop
        .init(name: "drain", number: 209, unused: 0, hasContext: true, hasFlags: true, answer: 1),  // bpf_user_ringbuf_drain
    ]

    /// What the function of a mangled name stands for: `$e10EBPFKernel18ebpf_callback_loop...`.
    static func standing(for function: String) -> CallbackHelper? {
        guard let place = function[...].range(of: "EBPFKernel"), let marker = function[place.upperBound...].range(of: "ebpf_callback_") else {
            return nil
        }
        let digits = function[place.upperBound..<marker.lowerBound]
        guard let count = Int(digits), count > "ebpf_callback_".count else { return nil }
        let name = function[marker.upperBound...].prefix(count - "ebpf_callback_".count)
        return table.first { $0.name == name }
    }
}

/// A call of the library's function for a helper that calls back: `%4 = call i64 @"$e...ebpf_callback_loop..."(i32 10, ptr @closure, ptr %2)`.
struct CallbackCall {
    let helper: CallbackHelper
    /// `%4 = call i64 `: what stands before the function's name.
    let head: Substring
    /// What is passed before the closure.
    let arguments: [Substring]
    /// The closure's function; `nil` where it is not known.
    let function: String?
    /// The address of what it captures.
    let context: Substring

    /// - Parameter code: a line without metadata.
    init?(_ code: Substring) {
        guard code.contains("ebpf_callback_"), let place = code.range(of: "call "),
            let at = code[place.upperBound...].utf8.firstIndex(of: UInt8(ascii: "@")), let (name, behind) = IRName.read(code[at...]),
            let helper = CallbackHelper.standing(for: name), let close = IRText.closing(behind)
        else { return nil }
        let all = IRText.split(behind[behind.index(after: behind.startIndex)..<close])
        guard all.count >= 2 else { return nil }
        self.helper = helper
        head = code[..<at]
        arguments = Array(all.dropLast(2))
        function = IRName.globals(in: String(all[all.count - 2])).first
        context = all[all.count - 1]
    }

    /// Whether the closure has captured nothing.
    var isWithoutContext: Bool { context.hasSuffix(" null") || context.hasSuffix(" undef") || context.hasSuffix(" poison") }

    /// The call of the helper.
    ///
    /// - Parameter name: the subprogram that the kernel calls.
    func lowered(calling name: String) -> String {
        var list = arguments.map(String.init) + ["ptr @\(IRName.spelled(name))"]
        if helper.hasContext { list.append(String(context)) }
        if helper.hasFlags { list.append("i64 0") }
        return "\(head)inttoptr (i64 \(helper.number) to ptr)(\(list.joined(separator: ", ")))"
    }
}

/// What the kernel calls for a closure: a subprogram with the parameters that the helper passes.
struct CallbackFunction {
    let name: String
    let helper: CallbackHelper
    /// The closure's function.
    let function: IRFunction

    /// The types of a function's parameters, without their names and attributes.
    private var types: [Substring] { function.parameters.compactMap { $0.split(separator: " ").first } }

    /// The function that calls the closure's.
    ///
    /// - Parameters:
    ///   - callee: what the closure's function is called.
    ///   - location: where that stands.
    func adapter(calling callee: String, scope: Int, location: Int) -> IRFunction {
        let parameters = Array(repeating: "ptr" as Substring, count: helper.unused) + types
        let passed = types.enumerated().map { index, type in "\(type) %\(index + helper.unused)" }.joined(separator: ", ")
        let isVoid = function.result == "void"
        let call = "\(isVoid ? "" : "%answer = ")call \(function.result) @\(IRName.spelled(callee))(\(passed)), !dbg !\(location)"
        return IRFunction(
            name: name, linkage: "internal", result: "i64", parameters: parameters.enumerated().map { "\($0.element) %\($0.offset)" }, section: nil,
            attributes: FunctionAttributes.subprogram, debug: scope,
            body: ["entry:", "  \(call)", "  ret i64 \(isVoid ? "0" : "%answer"), !dbg !\(location)"])
    }
}
