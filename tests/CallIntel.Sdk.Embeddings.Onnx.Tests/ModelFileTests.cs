using System.Text;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Embeddings.Onnx.Tests;

/// <summary>Files that are not the model are refused with a code, and nothing of an assembly is executed.</summary>
public sealed class ModelFileTests
{
    [Fact]
    public void Another_model_than_the_described_one_is_refused()
    {
        Refused(() => OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, ModelFixture.PathOf("ArcticXs")));
    }

    [Fact]
    public void A_file_that_is_missing_no_assembly_damaged_or_without_the_resources_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("callintel-onnx").FullName;
        try
        {
            string text = Path.Combine(folder, "text.dll"),
                cut = Path.Combine(folder, "cut.dll");
            File.WriteAllText(text, "no assembly");
            byte[] whole = File.ReadAllBytes(typeof(ModelFileTests).Assembly.Location);
            File.WriteAllBytes(cut, whole[..(whole.Length / 2)]);
            Refused(() => OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, Path.Combine(folder, "none.dll")));
            Refused(() => OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, text));
            Refused(() => OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, cut));
            Refused(() =>
                OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, typeof(ModelFileTests).Assembly.Location)
            );
            Refused(() => OnnxEmbeddingGenerator.FromFiles(OnnxModel.MiniLM, Path.Combine(folder, "none"), text));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_with_the_described_digest_that_is_no_model_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("callintel-onnx").FullName;
        try
        {
            string file = Path.Combine(folder, "model.onnx"),
                vocabulary = Path.Combine(folder, "vocab.txt");
            File.WriteAllText(file, "no model");
            File.WriteAllText(vocabulary, "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nword\r\n");
            string digest = Convert.ToHexString(
                System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("no model"))
            );
            Refused(() =>
                OnnxEmbeddingGenerator.FromFiles(OnnxModel.MiniLM with { Sha256 = digest }, file, vocabulary)
            );
            File.WriteAllText(vocabulary, "word\n");
            Refused(() =>
                OnnxEmbeddingGenerator.FromFiles(OnnxModel.MiniLM with { Sha256 = digest }, file, vocabulary)
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("Crème Brûlée", "creme brulee")]
    [InlineData("ÅRHUS Øre ŁÓDŹ", "arhus øre łodz")]
    [InlineData("e\u0301", "e")]
    [InlineData("Ёлка й Ώ", "елка и ω")]
    [InlineData("[MASK] [a]", "[ mask] [ a]")]
    [InlineData("한", "\u1112\u1161\u11ab")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("İstanbul", "istanbul")]
    public void Text_is_folded_without_cultures(string text, string folded) =>
        Assert.Equal(folded, TextFolding.Fold(text));

    static void Refused(Action load) =>
        Assert.Equal(ErrorCodes.EmbeddingModelInvalid, Assert.Throws<CallIntelException>(load).Code);
}
