// SPDX-License-Identifier: Apache-2.0

/// What the Swift compiler says, in words that fit a kernel half and at the line of its author.
///
/// Most of it passes as it is. Where memory from a heap is needed, the compiler speaks of types of its library, several times over, some of them nowhere, and of
/// a class's initializer rather than of the line that makes the object.
struct SwiftMessage {
    /// One message: its place, and all its lines.
    private struct Message {
        /// `file:line:column: `, or `<unknown>:0: `.
        var place: Substring
        var severity: Substring
        var text: String
        /// The line of the source, and marks below it.
        var excerpt: [Substring] = []

        var hasPlace: Bool { !place.hasPrefix("<unknown>") }
        var needsHeap: Bool { text.hasSuffix(SwiftMessage.heapMode) }
        var lines: [String] { ["\(place)\(severity): \(text)"] + excerpt.map(String.init) }
    }

    private static let heapMode = " in -no-allocations mode"

    /// The compiler's output, which is in LLVM's style.
    ///
    /// - Parameter sources: the paths of the kernel half's sources. What is refused of the library is told where these call it.
    static func readable(_ output: String, sources: [String] = []) -> String {
        let messages = read(output)
        var written: [String] = []
        var seen: Set<String> = []
        let placed = messages.contains { $0.severity == "error" && $0.hasPlace }
        // What a dictionary needs is told as that of an array, and the rest without a place.
        let heap = messages.filter { $0.needsHeap && $0.hasPlace }.count == 1 ? messages.filter(\.needsHeap).map(\.text) : []
        var isToldElsewhere = false
        for (index, message) in messages.enumerated() {
            var message = message
            if message.severity == "note", isToldElsewhere { continue }
            isToldElsewhere = false
            if message.severity == "error", !message.hasPlace, placed { continue }
            if message.needsHeap {
                // The line that makes the object stands in a note.
                if index + 1 < messages.count, messages[index + 1].text == creation {
                    (message.place, message.excerpt) = (messages[index + 1].place, messages[index + 1].excerpt)
                }
                if let caller = caller(of: index, messages, sources) {
                    (message.place, message.excerpt) = (caller.place, caller.excerpt)
                    isToldElsewhere = true
                }
                message.text = heapText(message, all: heap, isOfLibrary: isToldElsewhere)
            }
            if message.text == creation { continue }
            message.text = withAdvice(message.text)
            let lines = message.lines
            guard message.severity == "note" || seen.insert(lines[0]).inserted else { continue }
            written += lines
        }
        return written.isEmpty ? "" : written.joined(separator: "\n") + "\n"
    }

    /// The note that says where the sources call what is refused of the library; `nil` where the sources themselves are refused, or no note says it.
    private static func caller(of index: Int, _ messages: [Message], _ sources: [String]) -> Message? {
        func isOwn(_ message: Message) -> Bool { sources.contains { message.place.hasPrefix($0 + ":") } }
        guard !sources.isEmpty, !isOwn(messages[index]) else { return nil }
        return messages[(index + 1)...].prefix { $0.severity == "note" }.first(where: isOwn)
    }

    /// Whether the compiler's output names a line that needs memory from a heap.
    static func placesHeap(_ output: String) -> Bool {
        let messages = read(output)
        return messages.indices.contains { index in
            messages[index].needsHeap && (messages[index].hasPlace || index + 1 < messages.count && messages[index + 1].text == creation)
        }
    }

    private static let creation = "instance of type created here"

    private static func read(_ output: String) -> [Message] {
        var messages: [Message] = []
        for line in output.lines {
            if let message = ["error", "warning", "note", "remark"].lazy.compactMap({ head(line, $0) }).first {
                messages.append(message)
            } else if messages.isEmpty {
                if !line.isEmpty { messages.append(Message(place: "", severity: "note", text: String(line))) }
            } else if !line.isEmpty, !line.hasPrefix("[#") {
                messages[messages.count - 1].excerpt.append(line)
            }
        }
        return messages
    }

    private static func head(_ line: Substring, _ severity: String) -> Message? {
        // A line of the source may have the word as well, but no place before it.
        guard let range = line.range(of: ": \(severity): "), line.first == "/" || line.first == "<" else { return nil }
        let place = line[..<line.index(range.lowerBound, offsetBy: 2)]
        return Message(place: place, severity: line[place.endIndex...].prefix { $0 != ":" }, text: String(line[range.upperBound...]))
    }

    private static let reason = "needs memory from a heap, which the kernel does not give to eBPF programs"

    /// What types of the standard library are for, those first that need others.
    private static let storages: [(type: String, text: String)] = [
        ("_DictionaryStorage", "a dictionary \(reason); use HashMap"), ("_SetStorage", "a set \(reason); use HashMap"),
        ("_StringBreadcrumbs", "a text that is put together or compared \(reason); use CString, whose size is fixed, or StaticString"),
        ("__StringStorage", "a text that is put together \(reason); use CString, whose size is fixed, or StaticString"),
        ("_ContiguousArrayStorage", "an array \(reason); use InlineArray, whose size is fixed, or a map"),
        ("__SwiftNative", "an array \(reason); use InlineArray, whose size is fixed, or a map"),
    ]

    /// What needs memory without being of any type: a pointer that asks for it, or room for what is too large for the stack.
    private static func untypedText(_ message: Message, isOfLibrary: Bool) -> String {
        if !isOfLibrary, message.excerpt.contains(where: { $0.contains(".allocate(") }) {
            return "UnsafeMutablePointer.allocate \(reason); use a variable, and a map for what is to be kept"
        }
        return "a copy that is too large for the stack (512 bytes) \(reason); put what is large into a map (PerCPUArrayMap) and hand it on from "
            + "there (copying:), or write it into a ring buffer's reservation"
    }

    private static func heapText(_ message: Message, all: [String], isOfLibrary: Bool) -> String {
        let text = message.text
        if text.contains("allocating operation") { return untypedText(message, isOfLibrary: isOfLibrary) }
        if text.contains("escaping closures") {
            return "a closure that is kept \(reason); write its code where it is called, or choose by an enumeration"
        }
        let type = text.split(separator: "'").dropFirst().first ?? ""
        if type.hasPrefix("{ var ") { return "what is put into a box (an indirect case, a variable that a closure keeps) \(reason); use a structure" }
        guard storages.contains(where: { type.hasPrefix($0.type) }) else {
            return "an object of class '\(type)' \(reason); use a structure, and a map for what is to be kept"
        }
        // What is said first of a text says more than what its parts would need.
        if let own = storages.first(where: { type.hasPrefix($0.type) && $0.type.contains("String") }) { return own.text }
        return storages.first { storage in ([text] + all).contains { $0.contains("'\(storage.type)") } }?.text ?? text
    }

    /// With what to do instead, where Swift says only that something cannot be had without its runtime.
    private static func withAdvice(_ text: String) -> String {
        var text = text
        if text.hasSuffix(" [#EmbeddedRestrictions]") { text.removeLast(" [#EmbeddedRestrictions]".utf8.count) }
        guard text.hasPrefix("cannot use a value of protocol type 'any "), text.hasSuffix("' in embedded Swift") else { return text }
        let name = text.split(separator: "'")[1].dropFirst("any ".count)
        if name == "Error" { return text + "; say which error is thrown: throws(TYPE)" }
        return text + "; what it is must be known when it is compiled: use 'some \(name)', a generic parameter, or an enumeration"
    }
}
