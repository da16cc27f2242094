// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// LLVM's text, taken apart and put together.
@Suite struct ModuleTests {
    static let text = """
        source_filename = "<swift-imported-modules>"
        target triple = "riscv64-none-none-eabi"

        %T4half5EventV = type <{ i32, [4 x i8], i64 }>
        @"$e4half6counts6KernelVvp" = protected global %T4half5EventV zeroinitializer, align 8, !dbg !0
        @.str = private unnamed_addr constant [12 x i8] c"user@host, !\\00"

        define hidden swiftcc zeroext i8 @"$e4half1fyyF"(ptr swiftself noalias %0, i32 zeroext %1) #2 section "tp/a/b" !dbg !4 {
        entry:
            #dbg_value(ptr %0, !9, !DIExpression(), !10)
          %2 = call zeroext i8 @g(i32 zeroext %1) #3, !dbg !7, !srcloc !8
          switch i8 %2, label %a [
            i8 1, label %b
          ], !dbg !7

        a:                                                ; preds = %entry
          ret i8 %2, !dbg !7
        b:
          ret i8 0
        }

        declare zeroext i8 @g(i32 zeroext) #1

        attributes #2 = { noinline nounwind }
        !llvm.dbg.cu = !{!2}
        !0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
        !4 = distinct !DISubprogram(name: "f(_:)", line: 7, type: !5)
        """

    @Test func everyPartIsFound() throws {
        let module = try IRModule(Self.text)
        #expect(module.types["%T4half5EventV"] == "<{ i32, [4 x i8], i64 }>")
        #expect(module.globals.map(\.name) == ["$e4half6counts6KernelVvp", ".str"])
        #expect(module.globals[0].debug == 0)
        #expect(module.globals[1].definition.hasSuffix("c\"user@host, !\\00\""))
        let function = try #require(module.functions.first)
        #expect(function.name == "$e4half1fyyF")
        #expect(function.result == "i8")
        #expect(function.parameters == ["ptr noalias %0", "i32 %1"])
        #expect(function.section == "tp/a/b")
        #expect(function.attributes == 2)
        #expect(function.debug == 4)
        #expect(module.declarations.map(\.name) == ["g"])
        #expect(module.attributes[2] == "noinline nounwind")
        #expect(module.namedMetadata.map(\.name) == ["!llvm.dbg.cu"])
    }

    @Test func whereVariablesAreIsLeftOut() throws {
        let function = try #require(IRModule(Self.text).functions.first)
        #expect(!function.body.contains { $0.contains("#dbg_") })
        #expect(function.body.first == "entry:")
    }

    @Test func aLineOfAnUnknownFormIsAnErrorThatShowsIt() throws {
        let error = try #require(throws: CompilerError.self) { try IRModule("module asm \"nop\"") }
        #expect(error.code == .tool)
        #expect(error.description.contains("module asm"))
    }

    @Test func theFieldsOfANodeAreFoundWhateverStandsInThem() {
        let node = MetadataNode(
            "distinct !DISubprogram(name: \"f(a, b)\", scope: !3, line: 12, spFlags: DISPFlagDefinition | DISPFlagOptimized, declaration: !{!1, !2})")
        #expect(node.kind == "DISubprogram")
        #expect(node.text("name") == "f(a, b)")
        #expect(node.reference("scope") == 3)
        #expect(node.number("line") == 12)
        #expect(node["spFlags"] == "DISPFlagDefinition | DISPFlagOptimized")
        #expect(MetadataNode("!{!4, !9, null}").references == [4, 9])
        #expect(MetadataNode("!{}").references.isEmpty)
    }

    @Test(arguments: [("plain_name.0", "plain_name.0"), ("$e4half", "$e4half"), ("llvm.t:0:8$0:1", "\"llvm.t:0:8$0:1\""), ("0a", "\"0a\"")])
    func namesAreQuotedWhereTheyMustBe(name: String, spelled: String) throws {
        #expect(IRName.spelled(name) == spelled)
        let (read, rest) = try #require(IRName.read("@\(spelled), align 8"))
        #expect(read == name)
        #expect(rest == ", align 8")
    }
}
