using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Reads and replaces a file that only its owner may read. Symbolic links are followed, the folder and the mode of the
/// open file are checked, and a change is durable: temporary file, fsync, rename, fsync of the folder.
/// </summary>
static class KeyRingFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Returns values that differ once the file is replaced.</summary>
    internal static (string File, DateTime Written, long Length) Stamp(string path)
    {
        var info = new FileInfo(Resolve(path));
        return info.Exists ? (info.FullName, info.LastWriteTimeUtc, info.Length) : throw NotFound(path);
    }

    /// <summary>
    /// Returns the file that a path leads to. Symbolic links are followed, so that a change replaces the file with the
    /// keys and not the link.
    /// </summary>
    internal static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>
    /// Rejects folders that other users can write to, because they could replace the key ring there. Checks the folder
    /// of a symbolic link and the folder of its target.
    /// </summary>
    internal static void RefuseSharedFolders(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        foreach (string file in new HashSet<string> { Path.GetFullPath(path), Resolve(path) })
        {
            string folder = Path.GetDirectoryName(file)!;
            if (
                !Directory.Exists(folder)
                || (File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0
            )
                continue;

            throw new CallIntelException(
                CryptoErrorCodes.KeyRingNotPrivate,
                $"The folder '{folder}' of the key ring can be written to by users other than its owner.",
                "Run 'chmod go-w' on the folder, or move the key ring to a folder of its own with mode 0700."
            );
        }
    }

    internal static byte[] Read(string path)
    {
        try
        {
            RefuseSharedFolders(path);
            string file = Resolve(path);
            if (!File.Exists(file))
                throw NotFound(path);

            // The mode is checked on the open file, so a file that replaces it in between is not read.
            using var stream = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            RefuseUnlessPrivate(path, stream.SafeFileHandle);
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>
    /// Replaces the file atomically: readers, and the machine after a power failure, see the old or the new content.
    /// </summary>
    internal static void Replace(string path, byte[] content)
    {
        RefuseSharedFolders(path);
        path = Resolve(path);
        string temporary = path + ".new";
        try
        {
            File.Delete(temporary);
            using (var stream = new FileStream(temporary, Options(FileMode.CreateNew)))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>
    /// Prevents other processes from changing the file. The lock file is not deleted: deleting it would be a race.
    /// </summary>
    internal static FileStream Lock(string path)
    {
        RefuseSharedFolders(path);
        path = Resolve(path);
        try
        {
            return new FileStream(path + ".lock", Options(FileMode.OpenOrCreate));
        }
        catch (UnauthorizedAccessException e)
        {
            throw Failed(path, e);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyRingBusy,
                $"Another process is changing the key ring '{path}'.",
                "Try again in a moment. If no other process uses it, check that this process can write to the folder.",
                e
            )
            {
                IsTransient = true,
            };
        }
        catch (IOException e)
        {
            throw Failed(path, e);
        }
    }

    static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;

        return options;
    }

    static void RefuseUnlessPrivate(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Others) == 0)
            return;

        throw new CallIntelException(
            CryptoErrorCodes.KeyRingNotPrivate,
            $"The key ring '{path}' can be read or changed by users other than its owner.",
            "Run 'chmod 600' on the file. If another user may have read it, rotate its keys and rewrap the org keys."
        );
    }

    static void FlushDirectory(string path)
    {
        // Without this, a power failure can undo the rename and lose a new root key that already wraps org keys.
        if (OperatingSystem.IsWindows())
            return;

        int handle = Open(path, 0);
        if (handle < 0)
            throw new IOException("The folder of the key ring could not be opened.");

        int result = Sync(handle);
        _ = Close(handle);
        if (result != 0)
            throw new IOException("The folder of the key ring could not be flushed.");
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Close(int handle);

    static CallIntelException NotFound(string path) =>
        new(
            CryptoErrorCodes.KeyRingNotFound,
            $"There is no key ring at '{path}'.",
            "Check the path, or create a key ring once with KeyRingFileProvider.Create. If the file was lost, restore "
                + "it from its backup: a new key ring cannot read existing data."
        );

    static CallIntelException Failed(string path, Exception inner) =>
        new(
            CryptoErrorCodes.KeyRingIoFailed,
            $"The key ring '{path}' could not be read or durably written.",
            "Check the disk and the file permissions of the process, then open the key ring again to see whether the "
                + "change was made.",
            inner
        );
}
