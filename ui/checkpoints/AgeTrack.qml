import QtQuick.Layouts

// What the dots of an age line ask of it.
RowLayout {
    // The run that is shown and the row of the checkpoint that speaks.
    property string run: ""
    property int currentIndex: -1

    signal changed
    signal asked(string path)
    signal stepped(int delta)
}
