import QtQuick
import Cria

// Selectable text of one block. Text that grows is inserted at the end, never laid out anew.
TextEdit {
    id: prose

    required property string content
    property string laidOut: ""

    function follow(): void {
        if (content === laidOut)
            return;
        if (laidOut !== "" && content.startsWith(laidOut))
            insert(length, content.slice(laidOut.length));
        else
            text = content;
        laidOut = content;
    }

    Accessible.name: content
    Accessible.readOnly: true
    Accessible.role: Accessible.StaticText
    activeFocusOnPress: true
    activeFocusOnTab: false
    color: Theme.ink
    font.family: Theme.sans
    font.pixelSize: Theme.textSize
    persistentSelection: false
    readOnly: true
    selectByMouse: true
    selectedTextColor: Theme.ink
    selectionColor: Theme.claySoft
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap

    Component.onCompleted: follow()
    onContentChanged: follow()

    FontMetrics {
        id: metrics

        font: prose.font
    }
    LineSpacing {
        document: prose.textDocument
        lineHeight: Math.round(metrics.height * Theme.lineHeight)
    }
}
