import Cria

// Small and near: checkpoint, seed, speed, counts.
TextLabel {
    color: Theme.softInk
    font.pixelSize: Theme.metaSize
}
