// SPDX-License-Identifier: Apache-2.0

/// Keys and values that are handed to several helpers are written to the stack once.
///
/// Swift copies what it passes to each call, where C passes the address of one variable twice. Optimizers keep both rooms, since they do not know that
/// helpers such as `bpf_map_lookup_elem` only read what they are handed. A room goes where another one was filled with the same on every way that leads to
/// it.
struct SharedRooms {
    /// Room that is filled in one block, and then only read by helpers.
    private struct Room {
        var name: String
        /// What stands behind the equals sign: how large it is, and how it lies.
        var shape: Substring
        /// The names of it and its parts, and where they begin in it.
        var parts: [Substring: Int]
        var alloca: Int
        /// What is written, and where in the room.
        var contents: [String] = []
        var writes: [Int] = []
        var reads: [Int] = []
        /// The lines that say how long the room lives.
        var lifetimes: [Int] = []
    }

    /// What helpers only read, by their numbers: keys and values of maps (`bpf_map_lookup_elem`, `_update_elem`, `_delete_elem`, `_push_elem`,
    /// `_lookup_percpu_elem`), and records (`bpf_perf_event_output`, `bpf_ringbuf_output`).
    private static let readArguments: [Int: Set<Int>] = [1: [1], 2: [1, 2], 3: [1], 87: [1], 195: [1], 25: [3], 130: [1]]

    /// What programs have of stack (`MAX_BPF_STACK`). In a function that takes more, rooms take turns, which those that are shared cannot.
    private static let stack = 512

    private let flow: ControlFlow
    private let body: [String]
    private let filters: Set<String>

    private init(_ function: IRFunction, _ filters: Set<String>) {
        self.filters = filters
        body = function.body
        flow = ControlFlow(function)
    }

    /// The function with fewer rooms.
    ///
    /// - Parameter filters: the maps whose `bpf_map_peek_elem` (89) reads what it is handed, and does not write there: those of `BPF_MAP_TYPE_BLOOM_FILTER`.
    static func run(_ function: IRFunction, in module: IRModule, filters: Set<String> = []) -> IRFunction {
        let sizes = function.body.compactMap { StackRoom.byteCount($0, in: module) }
        guard sizes.count > 1, !sizes.contains(0), sizes.reduce(0, { $0.addingReportingOverflow($1).partialValue }) <= stack else { return function }
        var result = function
        while let body = SharedRooms(result, filters).withoutARoom() { result.body = body }
        return result
    }

    private func withoutARoom() -> [String]? {
        let rooms = body.indices.compactMap { body[$0].contains(" = alloca ") ? room(at: $0) : nil }
        for other in rooms {
            if let kept = rooms.first(where: { $0.name != other.name && isFilled($0, before: other) }) { return lines(keeping: kept, for: other) }
        }
        return nil
    }

    // MARK: Finding

    private func room(at alloca: Int) -> Room? {
        let code = flow.code(alloca)
        guard let equals = code.range(of: " = ") else { return nil }
        let name = code[..<equals.lowerBound]
        var room = Room(name: String(name), shape: code[equals.upperBound...], parts: [name: 0], alloca: alloca)
        // Parts of parts may stand in front of them, behind a branch: until nothing new is found.
        var seen: Set = [alloca]
        var grows = true
        while grows {
            grows = false
            for line in body.indices where !seen.contains(line) {
                let code = flow.code(line)
                guard IRText.values(in: code).contains(where: { room.parts[$0] != nil }) else { continue }
                guard add(line, code, to: &room) else { return nil }
                seen.insert(line)
                grows = true
            }
        }
        return isFilledAtOnce(&room) ? room : nil
    }

    /// Whether a line does with a room what leaves it as it is, once it is filled.
    private func add(_ line: Int, _ code: Substring, to room: inout Room) -> Bool {
        if code.contains("@llvm.lifetime.") {
            room.lifetimes.append(line)
        } else if let part = part(code, of: room) {
            room.parts[part.name] = part.offset
        } else if let call = HelperCall(code) {
            let places = call.arguments.indices.filter { place in IRText.values(in: call.arguments[place]).contains { room.parts[$0] != nil } }
            guard places.allSatisfy({ isOnlyRead($0, by: call) }) else { return false }
            room.reads.append(line)
        } else if code.hasPrefix("store ") || code.contains("@llvm.memset.p0.") {
            room.writes.append(line)
        } else {
            return false
        }
        return true
    }

    private func isOnlyRead(_ place: Int, by call: HelperCall) -> Bool {
        if let places = Self.readArguments[call.number] { return places.contains(place) }
        guard call.number == 89, place == 1, let map = IRName.globals(in: String(call.arguments[0])).first else { return false }
        return filters.contains(map)
    }

    /// `%13 = getelementptr inbounds nuw i8, ptr %12, i64 8`.
    private func part(_ code: Substring, of room: Room) -> (name: Substring, offset: Int)? {
        guard let place = code.range(of: " = getelementptr ") else { return nil }
        let operands = IRText.split(code[place.upperBound...])
        guard operands.count == 3, operands[0].hasSuffix("i8"), let base = operands[1].split(separator: " ").last.flatMap({ room.parts[$0] }),
            let offset = operands[2].split(separator: " ").last.flatMap({ Int($0) })
        else { return nil }
        return (code[..<place.lowerBound], base &+ offset)
    }

    /// Whether all is written in one block, before anything there is read; what is written becomes known.
    private func isFilledAtOnce(_ room: inout Room) -> Bool {
        room.writes.sort()
        guard let first = room.writes.first, let last = room.writes.last, let block = block(of: first), flow.blocks[block].lines.contains(last),
            !room.reads.contains(where: { flow.blocks[block].lines.contains($0) && $0 < last })
        else { return false }
        for line in room.writes {
            guard let text = written(flow.code(line), in: room) else { return false }
            room.contents.append(text)
        }
        return true
    }

    private func block(of line: Int) -> Int? { flow.blocks.firstIndex { $0.lines.contains(line) } }

    /// What a line writes, with the place in the room instead of the name that the place has.
    private func written(_ code: Substring, in room: Room) -> String? {
        func offset(_ operand: Substring) -> Int? { operand.split(separator: " ").last.flatMap { room.parts[$0] } }
        if code.hasPrefix("store ") {
            // store i64 %12, ptr %13, align 8
            let operands = IRText.split(code.dropFirst("store ".count))
            guard operands.count >= 2, !code.hasPrefix("store volatile "), !code.hasPrefix("store atomic "), let place = offset(operands[1]),
                !IRText.values(in: operands[0]).contains(where: { room.parts[$0] != nil })
            else { return nil }
            return "\(operands[0]) at \(place)"
        }
        guard let open = code.utf8.lastIndex(of: UInt8(ascii: "(")), let close = IRText.closing(code[open...]) else { return nil }
        let operands = IRText.split(code[code.index(after: open)..<close])
        guard operands.count == 4, let place = offset(operands[0]) else { return nil }
        return "\(operands[1...].joined(separator: ",")) at \(place)"
    }

    /// Whether a room holds the same as another one wherever that is filled.
    private func isFilled(_ room: Room, before other: Room) -> Bool {
        guard room.shape == other.shape, room.contents == other.contents, let first = room.writes.first, let last = room.writes.last,
            let next = other.writes.first, let block = block(of: first), let target = block == self.block(of: next) ? block : self.block(of: next)
        else { return false }
        return block == target ? last < next : isPassed(block, before: target)
    }

    /// Whether every way from the beginning to a block leads through another one.
    private func isPassed(_ block: Int, before target: Int) -> Bool {
        guard block != 0 else { return true }
        var seen: Set = [0, block]
        var pending = [0]
        while let current = pending.popLast() {
            guard current != target else { return false }
            for next in flow.blocks[current].successors where seen.insert(next).inserted { pending.append(next) }
        }
        return true
    }

    // MARK: Writing

    private func lines(keeping kept: Room, for other: Room) -> [String] {
        let removed = Set(other.writes + other.lifetimes + kept.lifetimes + [other.alloca])
        return body.indices.filter { !removed.contains($0) }.map { line in
            guard IRText.values(in: flow.code(line)).contains(other.name[...]) else { return body[line] }
            let (code, metadata) = IRText.splitMetadata(body[line][...])
            let words = code.split(separator: " ", omittingEmptySubsequences: false).map { word in
                let bare = word.prefix { !",)".contains($0) }
                return bare == other.name ? kept.name + word.dropFirst(bare.count) : String(word)
            }
            return words.joined(separator: " ") + metadata
        }
    }
}
