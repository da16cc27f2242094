// SPDX-License-Identifier: Apache-2.0

/// The second pass, over what the optimizer left: globals become maps and variables, markers become CO-RE relocations, traps become returns; and what the
/// kernel could not run is refused, at the line where it stands.
struct Completion {
    var module: IRModule
    let plan: KernelHalfPlan
    private var types: KernelHalfTypes
    private var writer = DebugTypeWriter()
    private var unit: String
    private var file: Int
    private var relocationCount = 0
    /// How many bytes each option of the kernel's configuration that is asked for has.
    private var configurationSizes: [String: Int] = [:]
    /// An option that is asked for in two forms, or has the name of something else.
    private var conflict: String?
    /// An option whose name no kernel has, and the line that asks for it.
    private var unknownOption: (name: String, line: String, function: IRFunction)?
    /// A function that no kernel is asked for, and the line that asks whether it is there.
    private var unknownFunction: (name: String, line: String, function: IRFunction)?
    private var division = SignedDivision()
    let license: String

    init(_ module: IRModule, plan: KernelHalfPlan, license: String) {
        self.module = module
        self.plan = plan
        self.license = license
        types = plan.types
        unit = module.namedMetadata.first { $0.name == "!llvm.dbg.cu" }?.value ?? "!{!0}"
        file = 0
    }

    /// Subprograms that may trap: only a program can end early, so they are to be inlined.
    static func trappingSubprograms(_ module: IRModule, plan: KernelHalfPlan) -> Set<String> {
        let programs = Set(plan.programs.map(\.name))
        return Set(
            module.functions.filter { function in
                !programs.contains(function.name) && plan.callbacks[function.name] == nil && function.body.contains { $0.contains("@\(Trap.name)(") }
            }.map(\.name))
    }

    static func run(_ module: IRModule, plan: KernelHalfPlan, license: String) throws(CompilerError) -> IRModule {
        var pass = Completion(module, plan: plan, license: license)
        try pass.run()
        return pass.module
    }

    private mutating func run() throws(CompilerError) {
        file = module.metadata.node(Int(unit.dropFirst(3).dropLast()))?.reference("file") ?? 0
        try KernelRules.checkCertainTraps(&module, plan)
        let values = try initialValues()
        module.functions.removeAll { plan.initializers.contains($0.name) }
        let filters = Set(plan.maps.map(\.name).filter { MapShape(values[$0] ?? []).isFilter })
        for index in module.functions.indices {
            let forwarded = CopyForwarding.run(module.functions[index], in: module)
            module.functions[index] = lowered(CountedLoops.run(SharedRooms.run(forwarded, in: module, filters: filters)))
        }
        division.add(to: &module)
        try ArenaRules.run(&module, arenas: plan.maps.filter { MapShape(values[$0.name] ?? []).isArena }, plan: plan)
        if let conflict {
            let position = plan.programs.first?.position ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
            throw CompilerError(
                .source,
                position.message(
                    "'\(conflict)' of the kernel's configuration is asked for in two forms, or is the name of something else here; ask in one"))
        }
        if let (name, line, function) = unknownOption {
            let position = KernelRules.position(of: line, in: function, &module, plan)
            throw CompilerError(
                .source, position.message("'\(name)' is no option of the kernel's configuration: their names begin with CONFIG_, as CONFIG_HZ does"))
        }
        if let (name, line, function) = unknownFunction {
            let position = KernelRules.position(of: line, in: function, &module, plan)
            throw CompilerError(
                .source,
                position.message(
                    "asks whether the kernel has '\(name)', which this kernel half does not call; name a function that is declared in section .ksyms, and called where the kernel has it"
                ))
        }
        try KernelRules.check(&module, plan: plan)
        try checkCalls()
        try defineMaps(values)
        defineUSDTMaps()
        defineVariables(values)
        defineOperations(values)
        defineLicense()
        module.declarations.removeAll {
            Self.markers.contains($0.name) || plan.markers[$0.name] != nil || $0.name == Trap.name || SwiftRuntime.isPart($0.name)
        }
        for (group, words) in FunctionAttributes.table { module.attributes[1000 + group] = words }
    }

    // MARK: Globals

    private mutating func initialValues() throws(CompilerError) -> [String: [UInt8]] {
        var sizes: [String: Int] = [:]
        for map in plan.maps { sizes[map.name] = MapShape.byteCount(of: map) }
        try numberPrograms(&sizes)
        for variable in plan.variables { sizes[variable.name] = types.byteCount(variable.type) }
        for set in plan.operations { sizes[set.name] = OperationsShape.flagByteCount + types.byteCount(set.members) }
        let fixed = module.globals.filter { sizes[$0.name] == nil && $0.definition.contains("constant ") }
        let constants = Dictionary(fixed.compactMap { global in constant(global).map { (global.name, $0) } }) { first, _ in first }
        var values = InitialValues(sizes: sizes, constants: constants, types: module.types)
        for function in module.functions where plan.initializers.contains(function.name) {
            guard values.evaluate(function) else { throw notKnown(function, sizes) }
        }
        var result = values.bytes
        // What Swift or the optimizer could write down as the global's value at once.
        for global in module.globals where result[global.name] == nil && sizes[global.name] != nil {
            guard let value = constant(global) else {
                let position =
                    plan.variables.first { $0.name == global.name }?.position ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
                throw CompilerError(
                    .source,
                    position.message(
                        "the first value of '\(global.name)' is of a form that the object cannot hold; use integers and structures of them"))
            }
            result[global.name] = value
        }
        return result
    }

    /// Puts the numbers of programs, from 1 on, in place of their addresses in the arrays that hold them.
    private mutating func numberPrograms(_ sizes: inout [String: Int]) throws(CompilerError) {
        let arrays = plan.maps.filter(\.entries.arePrograms)
        let numbers = Dictionary(plan.programs.enumerated().map { ($0.element.name, $0.offset + 1) }) { first, _ in first }
        for array in arrays {
            for index in module.globals.indices where module.globals[index].name == array.name {
                module.globals[index].definition = IRText.replacingAddresses(in: module.globals[index].definition, with: numbers)
                if let count = constant(module.globals[index])?.count { sizes[array.name] = count }
            }
            for index in module.functions.indices where plan.initializers.contains(module.functions[index].name) {
                let body = module.functions[index].body
                guard body.contains(where: { $0.contains("@\(array.name)") && IRName.globals(in: $0).contains(array.name) }) else { continue }
                module.functions[index].body = body.map { IRText.replacingAddresses(in: $0, with: numbers) }
                guard module.functions[index].body.contains(where: { $0.contains("ptrtoint (ptr @") }) else { continue }
                throw CompilerError(
                    .source,
                    array.position.message(
                        "'\(array.name)' holds a function that is no program; programs say where they are attached: @section(\"xdp\")"))
            }
        }
    }

    /// Why what a function stores in globals cannot be said.
    private mutating func notKnown(_ function: IRFunction, _ sizes: [String: Int]) -> CompilerError {
        let names = IRName.globals(in: function.body.joined(separator: "\n"))
        let stored = names.filter { sizes[$0] != nil }
        // The function's mangled name has that of the global in it; what it reads may be another.
        let named = stored.first { function.name.contains("\($0.utf8.count)\($0)_WZ") } ?? stored.first
        guard let named,
            let position = plan.maps.first(where: { $0.name == named })?.position ?? plan.variables.first(where: { $0.name == named })?.position
        else { return notOfThisHalf(Set(names)) }
        let isMap = plan.maps.contains { $0.name == named }
        let isFloatingPoint = function.body.contains { KernelRules.usesFloatingPoint(IRText.splitMetadata($0[...]).code) }
        let reason =
            isFloatingPoint
            ? KernelRules.noFloatingPoint
            : isMap
                ? "what '\(named)' is declared with is not known when it is compiled; the object needs a number there (maxEntries: 1024), which user space "
                    + "may change before it loads the object"
                : "the first value of '\(named)' is not known when it is compiled; the object needs constants there"
        return CompilerError(.source, position.message(reason), needsRuntime: !isFloatingPoint)
    }

    /// What belongs to Swift's library, such as the seed of its hashes, at the line that asks for it.
    private mutating func notOfThisHalf(_ names: Set<String>) -> CompilerError {
        let reason = "asks for what Swift's library makes when it is first asked, such as the seed of hashes; the kernel has no such thing"
        for function in module.functions where !plan.initializers.contains(function.name) {
            for line in function.body where line.utf8.contains(UInt8(ascii: "@")) && !names.isDisjoint(with: IRName.globals(in: line)) {
                let position = KernelRules.position(of: line, in: function, &module, plan)
                return CompilerError(.source, position.message(reason), needsRuntime: true)
            }
        }
        let position = plan.programs.first?.position ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        return CompilerError(.source, position.message(reason), needsRuntime: true)
    }

    /// The value that stands in a global's definition.
    func constant(_ global: IRGlobal) -> [UInt8]? {
        let definition = global.definition[...]
        guard let kind = definition.range(of: "constant ") ?? definition.range(of: "global "),
            let first = IRText.split(definition[kind.upperBound...]).first
        else { return nil }
        return IRConstant.bytes(first, types: module.types)
    }

    private mutating func defineMaps(_ values: [String: [UInt8]]) throws(CompilerError) {
        for map in plan.maps {
            let shape = MapShape(values[map.name] ?? [])
            if let complaint = shape.complaint(about: map, types) { throw CompilerError(.source, map.position.message("'\(map.name)' \(complaint)")) }
            let type = shape.type(of: map.entries, &types)
            let value = mapValue(byteCount: types.byteCount(type), programs: shape.programs(of: map.entries))
            define(map.name, "dso_local global \(value), section \".maps\", align 8", type, map.position)
        }
    }

    /// The maps of arguments of probes, where a program asks for those.
    private mutating func defineUSDTMaps() {
        let position = plan.programs.first?.position ?? SourcePosition(file: "", line: 1)
        for map in USDTMaps.all(&types) where isNamed(map.name) {
            let type = map.shape.type(of: map.entries, &types)
            define(map.name, "dso_local global [\(types.byteCount(type)) x i8] zeroinitializer, section \".maps\", align 8", type, position)
        }
    }

    /// A map's definition, of which only the type is looked at, and behind it the programs that it holds from the start.
    private func mapValue(byteCount: Int, programs: [Int?]) -> String {
        let room = "[\(byteCount) x i8]"
        guard !programs.isEmpty else { return "\(room) zeroinitializer" }
        let places = programs.map { number in
            number.flatMap { plan.programs.indices.contains($0) ? plan.programs[$0].name : nil }.map { "ptr @\($0)" } ?? "ptr null"
        }
        let list = "[\(places.count) x ptr]"
        return "{ \(room), \(list) } { \(room) zeroinitializer, \(list) [\(places.joined(separator: ", "))] }"
    }

    private mutating func defineVariables(_ values: [String: [UInt8]]) {
        for variable in plan.variables {
            let count = types.byteCount(variable.type)
            var bytes = values[variable.name] ?? []
            bytes += [UInt8](repeating: 0, count: max(0, count - bytes.count))
            addVariable(
                variable.name, Array(bytes.prefix(count)), variable.type, isConstant: variable.isConstant, isInArena: variable.isInArena,
                variable.position)
        }
        for map in plan.maps {
            if isNamed(MapShape.droppedName(map.name)) {
                addVariable(MapShape.droppedName(map.name), [UInt8](repeating: 0, count: 8), types.unsigned64, isConstant: false, map.position)
            }
            if isNamed(MapShape.isPerfName(map.name)) {
                addVariable(MapShape.isPerfName(map.name), [0], types.add(.boolean), isConstant: true, map.position)
            }
        }
    }

    private mutating func defineOperations(_ values: [String: [UInt8]]) {
        for set in plan.operations {
            let shape = OperationsShape(set, values[set.name] ?? [], plan)
            define(set.name, shape.definition, shape.type(&types), set.position)
        }
    }

    private func isNamed(_ name: String) -> Bool {
        let spelled = "@" + IRName.spelled(name)
        return module.functions.contains { $0.body.contains { line in line.contains(spelled) && IRName.globals(in: line).contains(name) } }
    }

    private mutating func addVariable(
        _ name: String, _ bytes: [UInt8], _ type: KernelHalfTypes.ID, isConstant: Bool, isInArena: Bool = false, _ position: SourcePosition
    ) {
        let isZero = bytes.allSatisfy { $0 == 0 }
        let text = isZero ? "zeroinitializer" : IRText.literal(bytes)
        let section = isInArena ? ".addr_space.1" : isConstant ? ".rodata" : isZero ? ".bss" : ".data"
        let word = isConstant ? "externally_initialized constant" : "global"
        let declared = isConstant ? types.add(.constant(type)) : type
        define(
            name, "dso_local \(word) [\(bytes.count) x i8] \(text), section \"\(section)\", align \(max(1, types.alignment(type)))", declared,
            position)
    }

    private mutating func defineLicense() {
        let character = types.add(.character)
        let type = types.add(.array(of: character, count: license.utf8.count + 1))
        define(
            "_license", "dso_local global [\(license.utf8.count + 1) x i8] c\"\(DebugUnit.escaped(license))\\00\", section \"license\", align 1",
            type,
            plan.programs.first?.position ?? SourcePosition(file: "", line: 1))
    }

    private mutating func define(_ name: String, _ definition: String, _ type: KernelHalfTypes.ID, _ position: SourcePosition) {
        let base = writer.reference(type, types, &module.metadata)
        let variable = module.metadata.add(
            "distinct !DIGlobalVariable(name: \"\(name)\", scope: \(unit.dropFirst(2).dropLast()), file: !\(file), line: \(position.line), type: \(base), isLocal: false, isDefinition: true)"
        )
        let empty = "!DIExpression()"
        let expression = module.metadata.add("!DIGlobalVariableExpression(var: !\(variable), expr: \(empty))")
        module.globals.removeAll { $0.name == name }
        module.globals.append(IRGlobal(name: name, definition: definition, debug: expression))
    }

    // MARK: Code

    private mutating func lowered(_ function: IRFunction) -> IRFunction {
        // Where a program traps it ends, with an answer that does no harm.
        let section = plan.programs.first { $0.name == function.name }?.section
        let safe = section.map { SafeResult.ofProgram($0) } ?? plan.callbacks[function.name]?.answer
        let answer = function.result == "void" ? "" : " \(safe.map(String.init) ?? Self.zero(function.result))"
        var result = TrapCleanup.run(
            function, returning: "  ret \(function.result)\(answer)", declared: Set(module.declarations.map(\.name)))
        result.body = result.body.flatMap { $0.contains("@ebpf") && isMarker($0) ? lowered($0, in: function) : [division.replaced($0)] }
        return result
    }

    private static func zero(_ type: String) -> String { type == "ptr" ? "null" : type.hasPrefix("i") ? "0" : "zeroinitializer" }

    private static let markers: Set<String> = [
        "ebpf_dropped_count", "ebpf_stream_is_perf", "ebpf_configuration", "ebpf_usdt_map", "ebpf_exchange_task", "ebpf_exchange_cgroup",
        "ebpf_take_task", "ebpf_take_cgroup",
        "ebpf_function_exists",
    ]

    /// Whether a line calls what stands for something else; names of the kernel half may begin in the same way.
    private func isMarker(_ line: String) -> Bool {
        guard let call = line[...].range(of: "call "), let name = IRName.globals(in: String(line[call.upperBound...])).first else { return false }
        return Self.markers.contains(name) || plan.markers[name] != nil
    }

    /// A call of a marker: `%5 = call i64 @ebpf.core.0(i64 0, i64 0, i64 %4, i64 8), !dbg !7`.
    private mutating func lowered(_ line: String, in function: IRFunction) -> [String] {
        let (code, metadata) = IRText.splitMetadata(line[...])
        guard let at = code.utf8.firstIndex(of: UInt8(ascii: "@")), let (name, behind) = IRName.read(code[at...]), let close = IRText.closing(behind)
        else { return [line] }
        let arguments = IRText.split(behind[behind.index(after: behind.startIndex)..<close])
        let result = code.range(of: " = ").map { IRText.trimmed(code[..<$0.lowerBound]) }
        guard let result else { return [] }
        switch name {
        case "ebpf_dropped_count":
            guard let map = arguments.first.flatMap({ IRName.globals(in: String($0)).first }) else { return [line] }
            return ["  \(result) = getelementptr i8, ptr @\(IRName.spelled(MapShape.droppedName(map))), i64 0\(metadata)"]
        case "ebpf_stream_is_perf":
            guard let map = arguments.first.flatMap({ IRName.globals(in: String($0)).first }) else { return [line] }
            return ["  \(result) = load i8, ptr @\(IRName.spelled(MapShape.isPerfName(map))), align 1\(metadata)"]
        case "ebpf_usdt_map":
            guard let map = arguments.first.flatMap({ USDTMaps.name($0) }) else { return [line] }
            return ["  \(result) = getelementptr i8, ptr @\(map), i64 0\(metadata)"]
        case _ where name.hasPrefix(HeldResource.exchangePrefix):
            return ["  \(result) = call ptr \(Self.exchange)(\(arguments.joined(separator: ", ")))\(metadata)"]
        case _ where name.hasPrefix(HeldResource.takePrefix): return exchangeWithNothing(arguments, result, metadata)
        case "ebpf_function_exists":
            if let name = text(arguments), weaken(name) { return existence(name, result, metadata) }
            unknownFunction = unknownFunction ?? (text(arguments) ?? "", line, function)
            return [line]
        case "ebpf_configuration":
            if let name = text(arguments), !Self.isOption(name) { unknownOption = unknownOption ?? (name, line, function) }
            return configuration(String(result), arguments, String(metadata)) ?? [line]
        default:
            guard let marker = plan.markers[name], let lines = relocation(marker, String(result), arguments, String(metadata)) else { return [line] }
            return lines
        }
    }

    private mutating func relocation(_ marker: KernelHalfPlan.Marker, _ result: String, _ arguments: [Substring], _ metadata: String) -> [String]? {
        func constant(_ index: Int) -> Int? {
            guard arguments.indices.contains(index) else { return nil }
            return arguments[index].split(separator: " ").last.flatMap { Int($0) }
        }
        switch marker {
        case .address(let type, let field):
            guard let offset = constant(3), let base = arguments[2].split(separator: " ").last, let path = FieldPath(offset, field, in: type, types)
            else { return nil }
            let global = relocationGlobal(path.name(kind: 0, value: offset, types), type, FunctionAttributes.fieldRelocation)
            relocationCount += 1
            let part = "%core.\(relocationCount)"
            return [
                "  \(part).offset = load i64, ptr @\(IRName.spelled(global)), align 8\(metadata)",
                "  \(part).base = inttoptr i64 \(base) to ptr\(metadata)",
                "  \(part).place = getelementptr i8, ptr \(part).base, i64 \(part).offset\(metadata)",
                "  \(part).field = call ptr @llvm.bpf.passthrough.p0.p0(i32 \(relocationCount), ptr \(part).place)\(metadata)",
                "  \(result) = ptrtoint ptr \(part).field to i64\(metadata)",
            ]
        case .field(let type, let field):
            guard let offset = constant(2), let kind = constant(3), let path = FieldPath(offset, field, in: type, types) else { return nil }
            let global = relocationGlobal(
                path.name(kind: kind, value: kind == 0 ? offset : path.value(kind: kind, types), types), type, FunctionAttributes.fieldRelocation)
            return number(global, result, metadata)
        case .type(let type):
            guard let kind = constant(1), case .structure(let name, let byteCount, _) = types[type] else { return nil }
            let value = kind == 9 ? byteCount : 1
            return number(relocationGlobal("llvm.\(name):\(kind):\(value)$0", type, FunctionAttributes.fieldRelocation), result, metadata)
        case .enumerator(let type):
            guard let index = constant(1), let kind = constant(2), case .enumeration(let name, _, let cases) = types[type],
                cases.indices.contains(index)
            else { return nil }
            return number(
                relocationGlobal("llvm.\(name):\(kind):\(kind == 10 ? 1 : index)$\(index)", type, FunctionAttributes.fieldRelocation), result,
                metadata)
        }
    }

    /// A number that the loader writes: not to be merged with others, since each has an instruction of its own.
    private mutating func number(_ global: String, _ result: String, _ metadata: String) -> [String] {
        relocationCount += 1
        let part = "%core.\(relocationCount)"
        return [
            "  \(part).number = load i64, ptr @\(IRName.spelled(global)), align 8\(metadata)",
            "  \(result) = call i64 @llvm.bpf.passthrough.i64.i64(i32 \(relocationCount), i64 \(part).number)\(metadata)",
        ]
    }

    private mutating func relocationGlobal(_ name: String, _ type: KernelHalfTypes.ID, _ attributes: Int) -> String {
        if !module.globals.contains(where: { $0.name == name }) {
            let node = writer.reference(type, types, &module.metadata)
            module.globals.append(
                IRGlobal(name: name, definition: "external global i64", attachments: ", !llvm.preserve.access.index \(node) #\(1000 + attributes)"))
            for declaration in ["declare ptr @llvm.bpf.passthrough.p0.p0(i32, ptr)", "declare i64 @llvm.bpf.passthrough.i64.i64(i32, i64)"]
            where !module.declarations.contains(where: { $0.line == declaration }) {
                module.declarations.append((IRName.globals(in: declaration)[0], declaration))
            }
        }
        return name
    }

    /// bpf_kptr_xchg
    private static let exchange = "inttoptr (i64 194 to ptr)"

    /// What follows the call takes no instruction, and keeps it apart from an exchange with something: the verifier takes no pointer that may be null.
    private mutating func exchangeWithNothing(_ arguments: [Substring], _ result: Substring, _ metadata: Substring) -> [String] {
        relocationCount += 1
        let taken = "%core.\(relocationCount).taken"
        return [
            "  \(taken) = call ptr \(Self.exchange)(\(arguments.joined(separator: ", ")), ptr null)\(metadata)",
            "  \(result) = call ptr asm sideeffect \"\", \"=r,0\"(ptr \(taken))\(metadata)",
        ]
    }

    /// Lets a kernel lack a function, and what gives back what it answers: their addresses are zero there.
    ///
    /// - Returns: whether it is one of the kernel's, which is called here.
    private mutating func weaken(_ name: String) -> Bool {
        guard plan.kernelFunctions.contains(name), module.declarations.contains(where: { $0.name == name }) else { return false }
        let names = HeldResource.releases(of: name).union([name])
        for index in module.declarations.indices where names.contains(module.declarations[index].name) {
            module.declarations[index].line = KernelFunctions.weak(module.declarations[index].line)
        }
        return true
    }

    private mutating func existence(_ name: String, _ result: Substring, _ metadata: Substring) -> [String] {
        relocationCount += 1
        let part = "%core.\(relocationCount)"
        return [
            "  \(part).exists = icmp ne ptr @\(IRName.spelled(name)), null\(metadata)", "  \(result) = zext i1 \(part).exists to i64\(metadata)",
        ]
    }

    private func isTaken(_ name: String) -> Bool { plan.maps.contains { $0.name == name } || plan.variables.contains { $0.name == name } }

    /// The text that is asked with: the name of an option, or of a function.
    private func text(_ arguments: [Substring]) -> String? {
        guard let text = arguments.first.flatMap({ IRName.globals(in: String($0)).first }),
            let bytes = module.globals.first(where: { $0.name == text }).flatMap(constant)
        else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Loaders answer for options, and for what begins with LINUX_ (`libbpf.c`: `bpf_object__resolve_externs`).
    private static func isOption(_ name: String) -> Bool { name.hasPrefix("CONFIG_") || name.hasPrefix("LINUX_") }

    private mutating func configuration(_ result: String, _ arguments: [Substring], _ metadata: String) -> [String]? {
        guard arguments.count == 2, let name = text(arguments), let asked = arguments[1].split(separator: " ").last.flatMap({ Int($0) })
        else { return nil }
        let isChoice = asked == 1
        let size = isChoice ? 4 : asked
        if let other = configurationSizes[name] ?? (isTaken(name) ? 0 : nil), other != size {
            // Each option has one place in the object, of one size.
            conflict = conflict ?? name
        }
        configurationSizes[name] = size
        // Whether an option is built in or a module: _Bool could not say the latter.
        let choice = KernelHalfTypes.Kind.enumeration(name: "libbpf_tristate", byteCount: 4, cases: ["TRI_NO", "TRI_YES", "TRI_MODULE"])
        let type = isChoice ? types.add(choice) : size == 4 ? types.int : types.unsigned64
        if !module.globals.contains(where: { $0.name == name }) {
            define(
                name, "extern_weak dso_local global i\(size * 8), section \".kconfig\", align \(size)", type,
                plan.programs.first?.position ?? SourcePosition(file: "", line: 1))
        }
        relocationCount += 1
        let part = "%core.\(relocationCount)"
        let load = "  \(size == 8 ? result : part) = load i\(size * 8), ptr @\(IRName.spelled(name)), align \(size)\(metadata)"
        return size == 8 ? [load] : [load, "  \(result) = zext i\(size * 8) \(part) to i64\(metadata)"]
    }
}
